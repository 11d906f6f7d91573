"""Patches: what is added lands where it belongs, and nothing else changes."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import ManifestError
from kube.patches import merged, with_patches
from tests.support.release import differing, release

SIDECAR = {"name": "plugin", "image": "example.org/plugin:v1"}
PATCH: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "server"},
    "spec": {
        "template": {
            "metadata": {"annotations": {"digest": "1"}},
            "spec": {
                "containers": [SIDECAR, {"name": "server", "env": [{"name": "NEW", "value": "1"}]}],
                "volumes": [{"name": "files", "emptyDir": {}}],
            },
        }
    },
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=10,
)
objects = st.dictionaries(st.sampled_from(["a", "b", "c"]), json_values, max_size=3)


def pod(objects_: list[dict[str, Any]]) -> dict[str, Any]:
    (server,) = (
        o for o in objects_ if (o["kind"], o["metadata"]["name"]) == ("Deployment", "server")
    )
    spec: dict[str, Any] = server["spec"]["template"]["spec"]
    return spec


def test_a_patch_adds_to_its_object_alone() -> None:
    before = release()
    after = with_patches(before, [PATCH])

    assert differing(before, after) == [("Deployment", "server")]
    assert [c["name"] for c in pod(after)["containers"]] == ["server", "cache", "plugin"]
    assert pod(after)["containers"][2] == SIDECAR
    assert pod(after)["volumes"] == [{"name": "files", "emptyDir": {}}]
    assert pod(after)["initContainers"] == pod(before)["initContainers"]


def test_an_entry_that_is_there_is_merged() -> None:
    before = pod(release())["containers"][0]
    after = pod(with_patches(release(), [PATCH]))["containers"][0]

    assert after == {**before, "env": [*before["env"], {"name": "NEW", "value": "1"}]}


def test_done_twice_is_done_once() -> None:
    once = with_patches(release(), [PATCH])

    assert with_patches(once, [PATCH]) == once
    assert with_patches(once, []) == once


def test_neither_the_manifests_nor_the_patch_are_changed() -> None:
    before, patch = release(), copy.deepcopy(PATCH)
    after = with_patches(before, [patch])
    pod(after)["containers"][2]["image"] = "other"

    assert before == release()
    assert patch == PATCH


def test_a_list_without_keys_is_replaced() -> None:
    assert merged({"command": ["a", "b"], "x": 1}, {"command": ["c"]}) == {"command": ["c"], "x": 1}


def test_a_patch_of_nothing_is_an_error() -> None:
    with pytest.raises(ManifestError, match="Deployment other"):
        with_patches(release(), [{**PATCH, "metadata": {"name": "other"}}])


@given(objects, objects)
def test_merging_is_idempotent_and_keeps_what_is_not_patched(
    target: dict[str, Any], patch: dict[str, Any]
) -> None:
    result = merged(target, patch)

    assert merged(result, patch) == result
    assert result.keys() == target.keys() | patch.keys()
    assert all(result[key] == target[key] for key in target.keys() - patch.keys())
