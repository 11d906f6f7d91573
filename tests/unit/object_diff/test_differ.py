"""What differs between two sets of objects: by name, folded, masked, in a fixed order."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.release import release
from tools.object_diff import Change, FieldChange, KubeObject, compare

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "server", "namespace": "tools", "labels": {"a.b/c": "1"}},
    "spec": {
        "selector": {"matchLabels": {"app": "server"}},
        "containers": [
            {"name": "server", "image": "server:v1"},
            {"name": "cache", "image": "cache:v1"},
        ],
    },
}
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "session", "namespace": "tools"},
    "data": {"key": "aHVudGVyMg=="},
}
DEFINITION: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.org"},
    "spec": {
        "versions": [
            {"name": "v1", "served": True, "schema": {"properties": {"a": {"type": "string"}}}}
        ]
    },
}
CONFIG = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": "tools"},
    "data": {"some.key": "1"},
}


def objects(*contents: dict[str, Any], unit: str = "unit") -> list[KubeObject]:
    return [KubeObject(unit, content) for content in contents]


def changed(content: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """Return a copy with another value at a path."""
    copied = copy.deepcopy(content)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return copied


def only(base: dict[str, Any], head: dict[str, Any]) -> Change:
    (change,) = compare(objects(base), objects(head))
    return change


def test_equal_objects_are_no_change() -> None:
    assert compare(objects(*release()), objects(*reversed(release()))) == []


def test_deletions_and_replacements_come_first() -> None:
    selector = changed(DEPLOYMENT, "spec", "selector", "matchLabels", "app", to="other")
    changes = compare(
        objects(DEPLOYMENT, CONFIG, DEFINITION),
        objects(changed(CONFIG, "data", "some.key", to="2"), selector, SECRET),
    )

    assert [(c.operation, c.kind) for c in changes] == [
        ("delete", "CustomResourceDefinition"),
        ("replace", "Deployment"),
        ("update", "ConfigMap"),
        ("create", "Secret"),
    ]


def test_an_object_of_another_unit_is_another_object() -> None:
    changes = compare(objects(CONFIG, unit="old"), objects(CONFIG, unit="new"))

    assert [(c.operation, c.unit) for c in changes] == [("delete", "old"), ("create", "new")]


def test_a_field_is_named_as_deep_as_names_lead() -> None:
    head = changed(DEPLOYMENT, "spec", "containers", 1, "image", to="cache:v2")

    change = only(DEPLOYMENT, head)

    assert change.name == "tools/server"
    assert change.fields == (FieldChange("spec.containers[cache].image", "cache:v1", "cache:v2"),)


def test_a_key_with_dots_is_quoted() -> None:
    assert only(CONFIG, changed(CONFIG, "data", "some.key", to="2")).fields == (
        FieldChange('data["some.key"]', "'1'", "'2'"),
    )


def test_text_and_number_differ() -> None:
    assert only(CONFIG, changed(CONFIG, "data", "some.key", to=1)).fields == (
        FieldChange('data["some.key"]', "'1'", "1"),
    )


def test_another_order_of_named_items_is_a_change() -> None:
    containers = list(reversed(DEPLOYMENT["spec"]["containers"]))

    (field,) = only(DEPLOYMENT, changed(DEPLOYMENT, "spec", "containers", to=containers)).fields

    assert field == FieldChange("spec.containers (order)", "- server\n- cache", "- cache\n- server")


def test_items_without_names_are_compared_as_one_text() -> None:
    base = changed(CONFIG, "rules", to=[{"verbs": ["get"]}])
    head = changed(CONFIG, "rules", to=[{"verbs": ["get", "list"]}])

    (field,) = only(base, head).fields

    assert (field.path, field.after) == ("rules", "- verbs:\n  - get\n  - list")


@pytest.mark.parametrize("key", ["data", "stringData"])
def test_a_changed_value_of_a_secret_is_named_and_not_shown(key: str) -> None:
    base = {**SECRET, key: {"key": "aHVudGVyMg=="}}

    change = only(base, {**SECRET, key: {"key": "bmV3IG9uZQ=="}})

    assert change.fields == (FieldChange(f"{key}.key", note="changed; its value is secret"),)


def test_a_new_secret_shows_its_keys_and_not_its_values() -> None:
    (change,) = compare([], objects(SECRET))

    assert change.operation == "create"
    assert "key: '[secret]'" in (change.fields[0].after or "")
    assert "aHVudGVyMg" not in str(change)


def test_the_schema_of_a_definition_is_folded_to_counts() -> None:
    properties = {"a": {"type": "integer"}, "b": {"type": "string"}}
    head = changed(DEFINITION, "spec", "versions", 0, "schema", "properties", to=properties)
    head["spec"]["versions"][0]["served"] = False

    assert only(DEFINITION, head).fields == (
        FieldChange("spec.versions[v1].served", note="changed"),
        FieldChange(
            "spec.versions[v1].schema", note="1 fields added, 0 removed, 1 changed (not shown)"
        ),
    )


def test_a_new_definition_does_not_show_its_schemas() -> None:
    (change,) = compare([], objects(DEFINITION))

    assert change.fields == (FieldChange("", note="a definition; its schemas are not shown"),)


def test_an_object_of_a_chart_is_told_from_the_program_s_own() -> None:
    changes = compare([KubeObject("unit", CONFIG)], [KubeObject("unit", CONFIG, "kruise")])

    assert [(c.operation, c.release) for c in changes] == [("delete", ""), ("create", "kruise")]


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_objects_does_not_matter(shuffle: random.Random) -> None:
    base, head = objects(*release()[:6]), objects(*release()[2:6], CONFIG, SECRET)
    expected = compare(base, head)
    shuffle.shuffle(base)
    shuffle.shuffle(head)

    assert compare(base, head) == expected
    assert len(expected) == 4


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_what_differs_is_found_and_nothing_else(before: Any, after: Any) -> None:
    base, head = ({**CONFIG, "x": value} for value in (before, after))

    changes = compare(objects(base), objects(head))

    if not changes:
        assert before == after
    assert compare(objects(base), objects(copy.deepcopy(base))) == []
