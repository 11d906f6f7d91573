"""Engine events as changes: the same form as that of rendered objects."""

from typing import Any

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import (
    DiffKind,
    PropertyDiff,
    ResOutputsEvent,
    StepEventMetadata,
    StepEventStateMetadata,
)

from tests.support.engine_events import ARGO_CD, CONFIG_MAP, PROVIDER, RELEASE, SERVER, STACK
from tools.deploy.changes import Changes
from tools.object_diff import FieldChange

OBJECT = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "argocd-cm", "namespace": "argocd"},
    "data": {"a": "1"},
}


def state(urn: str, **more: Any) -> StepEventStateMetadata:
    return StepEventStateMetadata(urn.split("::")[2].rpartition("$")[2], urn, "", "", "", **more)


def ended(
    op: str,
    urn: str,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    *named: str,
    **more: Any,
) -> EngineEvent:
    """Return the event of a step, with its inputs before and after."""
    metadata = StepEventMetadata(
        OpType(op),
        urn,
        urn.split("::")[2].rpartition("$")[2],
        "",
        old=state(urn, inputs=old, **more) if old is not None else None,
        new=state(urn, inputs=new, **more) if new is not None else None,
        detailed_diff={name: PropertyDiff(DiffKind.UPDATE, input_diff=True) for name in named},
    )
    return EngineEvent(0, 0, res_outputs_event=ResOutputsEvent(metadata))


def changes(*events: EngineEvent, drift: bool = False) -> Changes:
    seen = Changes(drift=drift)
    for event in events:
        seen.on_event(event)
    return seen


def test_an_update_shows_the_inputs_that_differ() -> None:
    new = {**OBJECT, "data": {"a": "2"}}

    (change,) = changes(ended("update", CONFIG_MAP, OBJECT, new, "data")).all

    assert (change.operation, change.unit, change.name) == ("update", "argo-cd", "argocd/argocd-cm")
    assert change.fields == (FieldChange("data.a", "'1'", "'2'"),)


def test_a_replacement_is_one_change() -> None:
    new = {**OBJECT, "data": {"a": "2"}}
    events = [
        ended("delete-replaced", CONFIG_MAP, OBJECT),
        ended("replace", CONFIG_MAP, OBJECT, new),
        ended("create-replacement", CONFIG_MAP, OBJECT, new),
    ]

    assert [c.operation for c in changes(*events).all] == ["replace"]


def test_what_stays_the_same_and_what_is_no_object_is_left_out() -> None:
    events = [
        ended("same", CONFIG_MAP, OBJECT, OBJECT),
        ended("update", PROVIDER, {"kubeconfig": "[secret]"}, {}),
        ended("update", STACK, {}, {}),
        ended("create", ARGO_CD, None, {}),
    ]

    assert changes(*events).all == ()


def test_a_deletion_that_leaves_the_object_says_so() -> None:
    (lost,) = changes(ended("delete", SERVER, OBJECT)).all
    (kept,) = changes(ended("delete", SERVER, OBJECT, None, retain_on_delete=True)).all

    assert lost.fields == ()
    assert kept.fields == (FieldChange("", note="it stays in the cluster"),)


def test_a_field_whose_values_are_masked_is_still_named() -> None:
    masked = {**OBJECT, "data": "[secret]"}

    (change,) = changes(ended("update", CONFIG_MAP, masked, masked, "data.key")).all

    assert change.fields == (
        FieldChange("data.key", note="changed; its value is secret or not known"),
    )


def test_a_release_shows_its_values() -> None:
    old = {"name": "kruise", "namespace": "kruise-system", "values": {"gates": "A=true"}}
    new = {**old, "values": {"gates": "B=true"}, "__internal": "x"}

    (change,) = changes(ended("update", RELEASE, old, new)).all

    assert (change.kind, change.name) == ("Release", "kruise-system/kruise")
    assert [field.path for field in change.fields] == ["values.gates"]


def test_drift_is_what_the_cluster_has() -> None:
    containers = [{"name": "server", "image": "server:v1"}]
    found = [{"name": "server", "image": "server:v2"}]
    event = ended("update", SERVER, OBJECT, OBJECT, "spec.containers[0].image", 'data["a.b"]')
    step = event.res_outputs_event
    assert step
    assert step.metadata.old
    assert step.metadata.new
    step.metadata.old.outputs = {"spec": {"containers": containers}, "data": {"a.b": "1"}}
    step.metadata.new.outputs = {"spec": {"containers": found}, "data": {}}

    (change,) = changes(event, drift=True).all

    assert change.fields == (
        FieldChange('data["a.b"]', "'1'", None),
        FieldChange("spec.containers[0].image", "server:v1", "server:v2"),
    )
