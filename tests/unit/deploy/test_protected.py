"""A destroy that could not come to its end is not begun."""

from typing import Any

import pytest

from errors import ConfigError
from tests.support.engine_events import CONFIG_MAP, RELEASE, SERVER
from tools.deploy.stack import Stack


def stack(*resources: dict[str, Any]) -> Stack:
    """Return a stack whose state has these resources, without an engine."""
    found = Stack.__new__(Stack)
    found.name = "prod"
    found.__dict__["resources"] = list(resources)
    return found


def test_protected_resources_are_counted_and_named_with_the_way_out() -> None:
    with pytest.raises(ConfigError) as refusal:
        stack({"urn": RELEASE, "protect": True}, {"urn": SERVER}).refuse_protected()

    text = str(refusal.value)
    assert text.startswith("stack prod has protected resources, 1 in all (open-kruise-release): ")
    assert "Fix: set cluster.protect to false in the stack file, make up, then make destroy" in text


def test_many_are_not_all_named() -> None:
    many = [{"urn": f"{RELEASE}-{n}", "protect": True} for n in range(6)]
    with pytest.raises(ConfigError, match=r"6 in all \(.*release-3, \.\.\.\)"):
        stack(*many).refuse_protected()


def test_what_is_not_protected_may_go() -> None:
    stack({"urn": CONFIG_MAP}, {"urn": SERVER, "protect": False}).refuse_protected()
    stack().refuse_protected()


def test_a_hook_before_a_deletion_wants_the_program() -> None:
    hooked = {"urn": RELEASE, "resourceHooks": {"BeforeDelete": ["kube-vela-before-removal"]}}

    assert stack({"urn": SERVER}, hooked).has_delete_hooks()
    assert not stack({"urn": SERVER, "resourceHooks": {}}).has_delete_hooks()
