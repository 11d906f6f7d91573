"""Engine events as the Automation API gives them; the orders in them are those of engine 3.259."""

from typing import Any

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import (
    DiagnosticEvent,
    DiffKind,
    PropertyDiff,
    ResOpFailedEvent,
    ResourcePreEvent,
    ResOutputsEvent,
    StepEventMetadata,
)

PREFIX = "urn:pulumi:dev::gitops-bootstrap::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::gitops-bootstrap-dev"
PROVIDER = f"{PREFIX}pulumi:providers:kubernetes::cluster"
ARGO_CD = f"{PREFIX}bootstrap:index:ArgoCd::argo-cd"
KRUISE = f"{PREFIX}bootstrap:index:OpenKruise::open-kruise"
CONFIG_MAP = (
    f"{PREFIX}bootstrap:index:ArgoCd$kubernetes:core/v1:ConfigMap::argo-cd-configmap-argocd-cm"
)
SERVER = f"{PREFIX}bootstrap:index:ArgoCd$kubernetes:apps/v1:Deployment::argo-cd-deployment-server"
RELEASE = f"{PREFIX}bootstrap:index:OpenKruise$kubernetes:helm.sh/v3:Release::open-kruise-release"


def step(op: str, urn: str, changed: tuple[str, ...] = ()) -> StepEventMetadata:
    """Return what the engine says about a step."""
    kind = urn.split("::")[2].rpartition("$")[2]
    details = {key: PropertyDiff(DiffKind.UPDATE, input_diff=True) for key in changed}
    return StepEventMetadata(OpType(op), urn, kind, "", detailed_diff=details)


def begun(op: str, urn: str) -> EngineEvent:
    """Return the event of a step that begins."""
    return EngineEvent(0, 0, resource_pre_event=ResourcePreEvent(step(op, urn)))


def ended(op: str, urn: str, *changed: str) -> EngineEvent:
    """Return the event of a step that is done."""
    return EngineEvent(0, 0, res_outputs_event=ResOutputsEvent(step(op, urn, changed)))


def failed(op: str, urn: str) -> EngineEvent:
    """Return the event of a step that failed."""
    return EngineEvent(0, 0, res_op_failed_event=ResOpFailedEvent(step(op, urn), 0, 0))


def said(severity: str, message: str, urn: str | None = None, **more: Any) -> EngineEvent:
    """Return a message of the engine, the program or the provider."""
    return EngineEvent(
        0, 0, diagnostic_event=DiagnosticEvent(message, "never", severity, urn=urn, **more)
    )


def done(op: str, urn: str, *changed: str) -> list[EngineEvent]:
    """Return both events of a step."""
    return [begun(op, urn), ended(op, urn, *changed)]


def replaced(urn: str, *changed: str, delete_first: bool) -> list[EngineEvent]:
    """Return the events of a replacement: what has a name must be deleted first."""
    halves = [done("create-replacement", urn, *changed), done("replace", urn, *changed)]
    removal = done("delete-replaced", urn)
    if delete_first:
        return [*removal, *halves[1], *halves[0]]
    return [*halves[0], *halves[1], *removal]
