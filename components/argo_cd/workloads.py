"""What of the release runs, how often and with what resources.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/high_availability.md
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from errors import ManifestError
from kube.manifests import Manifest

COMPONENT = "app.kubernetes.io/component"
"""Label that says which component of Argo CD an object belongs to."""

REPLICAS_VARIABLE = {
    "application-controller": "ARGOCD_CONTROLLER_REPLICAS",
    "server": "ARGOCD_API_SERVER_REPLICAS",
}
"""Environment variable by which a component is told how many of it there are."""

HA_NODES = 3
"""How many nodes the HA variant needs: each of its Redis pods wants one of its own."""

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


class WorkloadArgs(TypedDict):
    """One component of Argo CD."""

    replicas: NotRequired[int]
    """Number of pods; the release's own where it is not given."""

    resources: NotRequired[Mapping[str, Any]]
    """Kubernetes resource requirements of its container; none where they are not given."""


def with_workloads(
    manifests: Sequence[Manifest], workloads: Mapping[str, WorkloadArgs]
) -> list[Manifest]:
    """Return the manifests with replicas and resources set, by component label.

    The containers of `redis` are those called redis: the HA variant has two in each of its pods.
    Raises ManifestError when the release has no such component.
    """
    changed = list(manifests)
    for component, wanted in workloads.items():
        found = [o for o in changed if _runs(o) and component_of(o) == component]
        if not found:
            raise ManifestError(f"the release has no component {component}")
        changed = [_changed(o, component, wanted) if o in found else o for o in changed]
    return changed


def without_component(manifests: Sequence[Manifest], component: str) -> list[Manifest]:
    """Return the manifests without every object of a component; ManifestError if there is none."""
    left = [o for o in manifests if component_of(o) != component]
    if len(left) == len(manifests):
        raise ManifestError(f"the release has no component {component}")
    return left


def without_network_policies(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests without their NetworkPolicies."""
    return [o for o in manifests if o["kind"] != "NetworkPolicy"]


def with_room_to_roll(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests with spread Deployments rolled by taking a pod down first.

    The HA variant puts each pod of a Deployment on a node of its own and asks for three nodes. With
    three pods, a rolling update as Kubernetes does it by default waits for a fourth node for ever.
    """

    def is_stuck(manifest: Manifest) -> bool:
        if manifest["kind"] != "Deployment" or manifest["spec"].get("replicas", 1) < HA_NODES:
            return False
        affinity = manifest["spec"]["template"]["spec"].get("affinity") or {}
        return bool(affinity.get("podAntiAffinity", {}).get(REQUIRED))

    one_by_one = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
    }
    return [
        {**o, "spec": {**o["spec"], "strategy": one_by_one}} if is_stuck(o) else o
        for o in manifests
    ]


def component_of(manifest: Manifest) -> str:
    """Return the value of the object's component label; nothing where it has none."""
    return str((manifest["metadata"].get("labels") or {}).get(COMPONENT, ""))


def _runs(manifest: Manifest) -> bool:
    return manifest["kind"] in {"Deployment", "StatefulSet"}


def _changed(manifest: Manifest, component: str, wanted: WorkloadArgs) -> Manifest:
    changed = copy.deepcopy(manifest)
    containers = changed["spec"]["template"]["spec"]["containers"]
    own = [c for c in containers if c["name"] == "redis"] if component == "redis" else containers
    if replicas := wanted.get("replicas"):
        changed["spec"]["replicas"] = replicas
        if variable := REPLICAS_VARIABLE.get(component):
            for container in own:
                others = [e for e in container.get("env") or [] if e["name"] != variable]
                container["env"] = [*others, {"name": variable, "value": str(replicas)}]
    # What is empty is not declared: nothing would be left of the release's own.
    if resources := {k: v for k, v in (wanted.get("resources") or {}).items() if v}:
        for container in own:
            container["resources"] = {**(container.get("resources") or {}), **resources}
    return changed
