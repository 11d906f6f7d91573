"""The actions on OpenKruise's workloads, run as Argo CD runs them."""

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.health_checks.actions import NAMES, actions, scripts
from components.shared.argo_cd_config import key, problem
from tests.health.engine import STEPS, Engine

SCRIPTS = scripts()
KINDS = sorted(SCRIPTS)
ENGINE = Engine()
COMPILED = {
    (kind, name): ENGINE._compile(text)
    for kind, texts in SCRIPTS.items()
    for name, text in texts.items()
}


class RefusedError(Exception):
    """The action raised; the message is what Argo CD shows."""


def run(kind: str, name: str, obj: Mapping[str, Any]) -> Any:
    """Return what an action, or discovery, makes of an object."""
    succeeded, answer = ENGINE._run(COMPILED[kind, name], ENGINE._table(obj), STEPS)
    if not succeeded:
        raise RefusedError(str(answer))
    return plain(answer)


def plain(value: Any) -> Any:
    """Return what Argo CD reads from Lua: an empty table is a list."""
    if not hasattr(value, "items"):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    fields = dict(value.items())
    if list(fields) == list(range(1, len(fields) + 1)):
        return [plain(item) for item in fields.values()]
    return {name: plain(item) for name, item in fields.items()}


def workload(kind: str, **switches: Any) -> dict[str, Any]:
    """Return an object of a kind, with the switches of its updates."""
    nested: dict[str, Any] = {
        "CloneSet": {"updateStrategy": switches},
        "SidecarSet": {"updateStrategy": switches},
        "StatefulSet": {"updateStrategy": {"rollingUpdate": switches}},
        "DaemonSet": {"updateStrategy": {"rollingUpdate": switches}},
        "AdvancedCronJob": switches,
        "BroadcastJob": switches,
    }
    name = kind.partition("/")[2]
    return {"kind": name, "spec": {"replicas": 2, "template": {"spec": {}}, **nested[name]}}


def on_delete(kind: str) -> dict[str, Any]:
    return {"kind": kind.partition("/")[2], "spec": {"updateStrategy": {"type": "OnDelete"}}}


def offered(kind: str, obj: Mapping[str, Any]) -> set[str]:
    """Return the actions that can be taken now."""
    return {name for name, action in run(kind, "discovery", obj).items() if not action["disabled"]}


WORKLOADS = [f"apps.kruise.io/{kind}" for kind in ("CloneSet", "DaemonSet", "StatefulSet")]
PARTITIONED = [*WORKLOADS, "apps.kruise.io/SidecarSet"]
IN_PLACE = {
    "apps.kruise.io/CloneSet": {"type": "InPlaceIfPossible"},
    "apps.kruise.io/DaemonSet": {"rollingUpdateType": "InPlaceIfPossible"},
    "apps.kruise.io/StatefulSet": {"podUpdatePolicy": "InPlaceOnly"},
}


def test_every_kind_is_among_the_cases() -> None:
    assert {*PARTITIONED, "apps.kruise.io/AdvancedCronJob", "apps.kruise.io/BroadcastJob"} == {
        *KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_runs_can_be_paused_and_what_is_paused_resumed(kind: str) -> None:
    running, paused = workload(kind, paused=False), workload(kind, paused=True)

    assert {"pause", "resume"} & offered(kind, running) == {"pause"}
    assert {"pause", "resume"} & offered(kind, paused) == {"resume"}
    assert run(kind, "pause", running) == plain_copy(paused)
    assert run(kind, "resume", paused) == plain_copy(running)


def plain_copy(obj: dict[str, Any]) -> Any:
    """Return an object as it comes out of Lua."""
    return plain(ENGINE._table(obj))


@pytest.mark.parametrize("kind", KINDS)
def test_pausing_makes_what_is_missing_on_the_way(kind: str) -> None:
    paused = run(kind, "pause", {"kind": "any"})

    assert offered(kind, paused) == {"resume"}
    assert "[]" not in str(paused)


@pytest.mark.parametrize("kind", PARTITIONED)
@pytest.mark.parametrize("partition", [1, "50%", "100%"])
def test_a_partition_that_holds_pods_back_can_be_released(kind: str, partition: Any) -> None:
    held = workload(kind, partition=partition)

    assert "release-partition" in offered(kind, held)
    assert run(kind, "release-partition", held) == plain_copy(workload(kind, partition=0))


@pytest.mark.parametrize("kind", PARTITIONED)
@pytest.mark.parametrize("partition", [0, "0", "0%", None])
def test_a_partition_that_holds_nothing_back_cannot(kind: str, partition: Any) -> None:
    assert "release-partition" not in offered(kind, workload(kind, partition=partition))


@pytest.mark.parametrize("kind", WORKLOADS)
def test_a_restart_is_noted_in_the_template_and_nowhere_else(kind: str) -> None:
    before = workload(kind, partition=1)
    after = run(kind, "restart", before)
    annotations = after["spec"]["template"].pop("metadata")["annotations"]

    assert "restart" in offered(kind, before)
    (time,) = annotations.values()
    assert list(annotations) == ["kubectl.kubernetes.io/restartedAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    after["spec"]["template"] = before["spec"]["template"]
    assert after == before


@pytest.mark.parametrize("kind", WORKLOADS)
def test_other_annotations_stay(kind: str) -> None:
    before = workload(kind, partition=1)
    before["spec"]["template"]["metadata"] = {"annotations": {"a": "b"}, "labels": {"c": "d"}}
    metadata = run(kind, "restart", before)["spec"]["template"]["metadata"]

    assert metadata["labels"] == {"c": "d"}
    assert metadata["annotations"].keys() == {"a", "kubectl.kubernetes.io/restartedAt"}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_what_is_updated_in_place_cannot_be_restarted(kind: str) -> None:
    obj = workload(kind, **IN_PLACE[kind])

    assert "restart" not in offered(kind, obj)
    with pytest.raises(RefusedError, match="updated in place"):
        run(kind, "restart", obj)


@pytest.mark.parametrize("kind", WORKLOADS)
def test_what_is_paused_cannot_be_restarted(kind: str) -> None:
    assert "restart" not in offered(kind, workload(kind, paused=True))
    with pytest.raises(RefusedError, match="cannot restart: paused; resume it first"):
        run(kind, "restart", workload(kind, paused=True))


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("action", ["pause", "restart"])
def test_what_is_updated_by_deletion_is_neither_paused_nor_restarted(
    kind: str, action: str
) -> None:
    assert offered(kind, on_delete(kind)) == set()
    with pytest.raises(RefusedError, match="pods are replaced when somebody deletes them"):
        run(kind, action, on_delete(kind))


@pytest.mark.parametrize("kind", sorted({*KINDS} - {*WORKLOADS}))
def test_the_pods_of_others_are_not_restarted(kind: str) -> None:
    assert "restart" not in run(kind, "discovery", workload(kind, paused=False))
    with pytest.raises(RefusedError, match="not its own"):
        run(kind, "restart", workload(kind, paused=False))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "1%", "OnDelete"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["updateStrategy", "rollingUpdate", "paused", "partition", "type"]),
            inner,
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", KINDS)
@given(obj=st.dictionaries(st.sampled_from(["spec", "status", "kind"]), ANY))
def test_discovery_has_an_answer_for_any_object(kind: str, obj: dict[str, Any]) -> None:
    found = run(kind, "discovery", obj)

    assert {"pause", "resume"} <= found.keys() <= {*NAMES}
    assert all(isinstance(action["disabled"], bool) for action in found.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", ["resume", "release-partition"])
def test_what_has_nothing_to_undo_stays_as_it_is(kind: str, action: str) -> None:
    obj = {"kind": "any", "spec": {"replicas": 1}}

    assert run(kind, action, copy.deepcopy(obj)) == obj


def test_the_entries_are_what_argo_cd_reads() -> None:
    found = actions()

    assert found.keys() == SCRIPTS.keys()
    for kind, text in found.items():
        value = yaml.safe_load(text)
        assert problem(key("actions", kind), text) is None
        assert value["mergeBuiltinActions"] is True
        assert value["discovery.lua"] == SCRIPTS[kind]["discovery"]
        named = {d["name"]: d["action.lua"] for d in value["definitions"]}
        assert named == {name: SCRIPTS[kind][name] for name in NAMES}
