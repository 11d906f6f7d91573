"""Secret values: encrypted, in one place, named by the settings that need them, never shown."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, Field

from settings.secrets import ENCRYPTED, references
from stack.settings import Settings
from tests.unit.stack.helpers import load, problems, refusal

SENTINEL = "hunter2-sentinel"


def test_an_encrypted_value_is_known_by_its_name() -> None:
    loaded = load({"secrets": {"gitToken": SENTINEL}}, secret=["secrets"])

    assert loaded.secret("gitToken") == SENTINEL
    assert loaded.secret(None) is None


def test_no_representation_shows_a_value() -> None:
    loaded = load({"secrets": {"gitToken": SENTINEL}}, secret=["secrets"])

    assert SENTINEL not in f"{loaded!r} {loaded} {loaded.model_dump()} {loaded.model_dump_json()}"


def test_a_value_that_is_stored_readable_is_refused_without_being_shown() -> None:
    text = refusal({"secrets": {"gitToken": SENTINEL}})

    assert "secrets.gitToken: [secret] is not allowed: it is stored as plain text" in text
    assert "Fix: pulumi config rm --path 'secrets.gitToken', then " in text
    assert "pulumi config set --secret --path 'secrets.gitToken'" in text
    assert SENTINEL not in text


def test_a_stack_file_that_is_read_without_its_key_loads() -> None:
    loaded = load({"secrets": {"gitToken": {"secure": "v1:abc"}}})

    assert loaded.secret("gitToken") == ENCRYPTED


def test_of_a_stack_file_exactly_the_readable_values_are_refused() -> None:
    mixed = {"gitToken": {"secure": "v1:abc"}, "other": SENTINEL}

    assert list(problems({"secrets": mixed})) == ["secrets.other"]


@pytest.mark.parametrize(
    "value,key",
    [
        ({"gitToken": ""}, "secrets.gitToken"),
        ({"gitToken": 5}, "secrets.gitToken"),
        ({"gitToken": {"a": SENTINEL}}, "secrets.gitToken"),
        ({"git-token": SENTINEL}, "secrets.git-token"),
        ([SENTINEL], "secrets"),
        (SENTINEL, "secrets"),
    ],
    ids=["empty", "number", "map", "name", "list", "text"],
)
def test_what_is_no_secret_value_is_refused_without_being_shown(value: Any, key: str) -> None:
    text = refusal({"secrets": value}, secret=["secrets"])

    assert f"\n  {key}: " in text
    assert SENTINEL not in text


def test_the_fix_of_a_secret_value_keeps_it_secret() -> None:
    found = problems({"secrets": {"gitToken": ""}}, secret=["secrets"])
    whole = problems({"secrets": "[secret]"})

    assert "Fix: pulumi config set --secret --path 'secrets.gitToken'" in found["secrets.gitToken"]
    assert "pulumi config set --secret --path 'secrets.NAME'" in whole["secrets"]


class Leaf(BaseModel):
    password_from: str | None = None
    message: str = "notFrom"


class Tree(BaseModel):
    leaf: Leaf = Field(default_factory=Leaf, alias="theLeaf")
    by_name: dict[str, Leaf] = {}
    listed: list[Leaf] = []
    free: dict[str, str] = {}


def test_every_setting_that_names_a_secret_is_found_wherever_it_stands() -> None:
    named = Leaf(password_from="a")  # noqa: S106 - the name of one
    tree = Tree(
        theLeaf=named, by_name={"x": named, "y": Leaf()}, listed=[named], free={"b_from": "c"}
    )

    assert dict(references(tree)) == {
        ("theLeaf", "password_from"): "a",
        ("by_name", "x", "password_from"): "a",
        ("listed", 0, "password_from"): "a",
    }


def test_exactly_the_keys_that_end_in_from_are_names_of_secrets() -> None:
    """What the search above goes by."""
    models = Settings.model_json_schema()["$defs"].values()
    fields = [(key, json.dumps(entry)) for m in models for key, entry in m["properties"].items()]

    assert [key for key, entry in fields if key.endswith("From") != ('"gitToken"' in entry)] == []
