"""After `make up`: units with their workloads, applications of Argo CD, and what to do next.

Reads the state and the cluster and changes neither. Exit codes: 0 all is ready, 1 it cannot be
told, 2 wrong usage, 3 something is not ready or not installed.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from errors import PlatformError
from kube.cluster import Cluster
from kube.manifests import AWAITED_WORKLOADS
from stack.preflight.existing import HELM_NAME, HELM_NAMESPACE
from stack.preflight.state import COMPONENT, RELEASE
from tools import entry, standing

NOT_READY = 3
APPLICATIONS = "/apis/argoproj.io/v1alpha1/applications"
FINE = frozenset({"Healthy", "Suspended"})
"""What an application may be: one that waits at its partition is as it should be."""


@dataclass(frozen=True)
class Workload:
    """Pods of one kind."""

    name: str
    """Kind, namespace and name."""
    ready: int
    wanted: int
    note: str = ""
    """Why it is not ready, in the words of its controller."""

    @property
    def fine(self) -> bool:
        """Whether all of its pods are there as they are wanted."""
        return not self.note and self.ready >= self.wanted


@dataclass(frozen=True)
class Unit:
    """A component of the stack."""

    name: str
    version: str | None
    resources: int
    """How many resources the state has of it."""
    workloads: list[Workload] = field(default_factory=list)


@dataclass(frozen=True)
class Application:
    """An application of Argo CD."""

    name: str
    sync: str
    health: str
    message: str = ""

    @property
    def fine(self) -> bool:
        """Whether it is what Git says, and well."""
        return self.sync == "Synced" and self.health in FINE


@dataclass(frozen=True)
class Status:
    """What there is of a stack."""

    stack: str
    ready: bool
    units: list[Unit]
    applications: list[Application]
    next: str
    """What to do."""


def main() -> int:
    """Print the status."""
    options = standing.parser("status", __doc__).parse_args()
    try:
        target = standing.place(options)
        config = standing.configuration(target, options.stack)
        loaded = standing.load(target, config, options.stack)
        resources = standing.state_of(target, options.stack)
        cluster = standing.cluster_of(target, options.root, loaded)
        found = status(options.stack, resources, cluster)
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.format == "json":
        print(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        print(text(found))
    return 0 if found.ready else NOT_READY


def status(stack: str, resources: standing.Resources, cluster: Cluster) -> Status:
    """Return what the cluster has of the resources of a state."""
    live = list(_live(cluster))
    units = [_unit(r, resources, live) for r in resources if r["type"].startswith(COMPONENT)]
    units.sort(key=lambda unit: unit.name)
    found = sorted((_application(o) for o in cluster.items(APPLICATIONS)), key=lambda a: a.name)
    fine = all(w.fine for u in units for w in u.workloads) and all(a.fine for a in found)
    return Status(stack, bool(units) and fine, units, found, following(stack, units, found))


def following(stack: str, units: list[Unit], applications: list[Application]) -> str:
    """Return the next thing to do."""
    if not units:
        return f"nothing is installed: make up STACK={stack}"
    for workload in (w for u in units for w in u.workloads if not w.fine):
        kind, _, path = workload.name.partition(" ")
        namespace, _, name = path.partition("/")
        if workload.note == GONE:
            return (
                f"{workload.name} is gone: make refresh STACK={stack}, then make up STACK={stack}"
            )
        return f"kubectl -n {namespace} describe {kind.lower()} {name}; then its pods' events"
    for application in (a for a in applications if not a.fine):
        namespace, _, name = application.name.partition("/")
        # Two kinds are called Application.
        return f"kubectl -n {namespace} describe applications.argoproj.io {name}"
    return f"all is ready; how to reach it: make outputs STACK={stack}"


GONE = "not in the cluster"


def _live(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """Yield every workload of the cluster, with its kind, which lists leave out."""
    for kind in sorted(AWAITED_WORKLOADS):
        for found in cluster.items(f"/apis/apps/v1/{kind.lower()}s"):
            yield {**found, "kind": kind}


def _unit(
    component: Mapping[str, Any], resources: standing.Resources, live: list[dict[str, Any]]
) -> Unit:
    children = [r for r in resources if r.get("parent") == component["urn"]]
    by_name = {_name(o): o for o in live}
    workloads = [
        _workload(name, by_name.get(name))
        for r in children
        if r["type"].rpartition(":")[2] in AWAITED_WORKLOADS
        for name in [_name(r["outputs"])]
    ]
    releases = {
        (r["outputs"]["namespace"], r["outputs"]["name"]) for r in children if r["type"] == RELEASE
    }
    workloads += [_workload(name, o) for name, o in by_name.items() if _release(o) in releases]
    version = (component.get("outputs") or {}).get("version")
    workloads.sort(key=lambda workload: workload.name)
    return Unit(component["urn"].rpartition("::")[2], version, len(children), workloads)


def _name(manifest: Mapping[str, Any]) -> str:
    metadata = manifest["metadata"]
    return f"{manifest['kind']} {metadata['namespace']}/{metadata['name']}"


def _release(manifest: Mapping[str, Any]) -> tuple[str, str]:
    annotations = manifest["metadata"].get("annotations") or {}
    return annotations.get(HELM_NAMESPACE, ""), annotations.get(HELM_NAME, "")


def _workload(name: str, live: Mapping[str, Any] | None) -> Workload:
    if live is None:
        return Workload(name, 0, 1, GONE)
    told = live.get("status") or {}
    if live["kind"] == "DaemonSet":
        wanted, ready = told.get("desiredNumberScheduled", 0), told.get("numberReady", 0)
        updated = told.get("updatedNumberScheduled", 0)
    else:
        wanted, ready = live["spec"].get("replicas", 1), told.get("readyReplicas", 0)
        updated = told.get("updatedReplicas", 0)
    note = ""
    if told.get("observedGeneration", 0) < live["metadata"].get("generation", 0):
        note = "its controller has not seen the last change"
    elif ready < wanted:
        note = _reason(told) or "pods are not ready"
    elif updated < wanted:
        note = f"{updated} of {wanted} pods are of the newest revision"
    return Workload(name, ready, wanted, note)


def _reason(told: Mapping[str, Any]) -> str:
    """Return what the controller says of the first condition that does not hold."""
    failing = (c for c in told.get("conditions") or [] if c.get("status") == "False")
    return next((str(c.get("message") or c.get("reason", "")) for c in failing), "")


def _application(manifest: Mapping[str, Any]) -> Application:
    told, metadata = manifest.get("status") or {}, manifest["metadata"]
    health = told.get("health") or {}
    conditions = (str(c.get("message", "")) for c in told.get("conditions") or [])
    return Application(
        f"{metadata['namespace']}/{metadata['name']}",
        (told.get("sync") or {}).get("status", "Unknown"),
        health.get("status", "Unknown"),
        health.get("message") or next(conditions, ""),
    )


def text(found: Status) -> str:
    """Return the status for people."""
    lines = []
    for unit in found.units:
        lines.append(f"{unit.name:<16} {unit.version or '':<10} {unit.resources} resources")
        for workload in unit.workloads:
            sign = "ok  " if workload.fine else "NOT "
            note = f"  {workload.note}" if workload.note else ""
            lines.append(f"  {sign} {workload.name} {workload.ready}/{workload.wanted}{note}")
    if found.applications:
        lines.append("applications")
    for application in found.applications:
        sign = "ok  " if application.fine else "NOT "
        note = f"  {application.message}" if application.message else ""
        lines.append(f"  {sign} {application.name} {application.sync} {application.health}{note}")
    return "\n".join([*lines, f"next: {found.next}"])


if __name__ == "__main__":
    entry.run(main)
