"""AppProjects: what the applications of a team may come from, go to and consist of.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/project-specification.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from components.argo_cd.access import PermissionArgs, permission_lines
from kube.manifests import Manifest

API = "argoproj.io/v1alpha1"

IN_CLUSTER = "in-cluster"
"""What Argo CD calls the cluster that it runs in."""

ADDRESSES = {IN_CLUSTER: "https://kubernetes.default.svc", "*": "*"}
"""Clusters that are named by an address, whatever is registered."""

FINALIZER = "resources-finalizer.argocd.argoproj.io"

DEFAULT = "default"
"""The project that argocd-server makes at its start, unless there is one."""

ANY_KIND = {"group": "*", "kind": "*"}

OPEN = {
    "sourceRepos": ["*"],
    "destinations": [{"server": "*", "namespace": "*"}],
    "clusterResourceWhitelist": [ANY_KIND],
}
"""What argocd-server gives the default project."""

LOCKED: Mapping[str, Any] = {key: [] for key in OPEN}
"""A project in which nothing can be deployed."""


class KindArgs(TypedDict):
    """A kind of objects."""

    group: str
    """API group; empty: the core group; `*`: any."""

    kind: str
    """Kind; `*`: any."""


class DestinationArgs(TypedDict):
    """Where applications may go."""

    namespace: str
    """Namespace; `*` is a wildcard in it."""

    cluster: NotRequired[str]
    """Name of a registered cluster; the one that Argo CD runs in by default; `*`: any."""


class ProjectRoleArgs(TypedDict):
    """A role that exists in one project."""

    permissions: NotRequired[Sequence[PermissionArgs]]
    """What it may do; the project is this one."""

    groups: NotRequired[Sequence[str]]
    """Groups of the identity provider that have it."""


class SyncWindowArgs(TypedDict):
    """When applications may be synced, or may not."""

    kind: str
    """`allow` or `deny`."""

    schedule: str
    """Begin, as five fields of cron."""

    duration: str
    """How long it lasts, as Go writes it: 1h30m."""

    time_zone: NotRequired[str]
    """Time zone of the schedule; UTC by default."""

    applications: NotRequired[Sequence[str]]
    """Names of applications; `*` is a wildcard."""

    namespaces: NotRequired[Sequence[str]]
    """Destination namespaces; `*` is a wildcard."""

    clusters: NotRequired[Sequence[str]]
    """Destination clusters; `*` is a wildcard."""

    manual_sync: NotRequired[bool]
    """Let a person sync, all the same."""


class ProjectArgs(TypedDict):
    """One AppProject."""

    description: NotRequired[str]
    """For whoever reads the list."""

    source_repositories: NotRequired[Sequence[str]]
    """Addresses that applications may come from; `*` is a wildcard; none by default."""

    destinations: NotRequired[Sequence[DestinationArgs]]
    """Where they may go; nowhere by default."""

    cluster_kinds: NotRequired[Sequence[KindArgs]]
    """Kinds without a namespace that they may consist of; none by default."""

    namespaced_kinds: NotRequired[Sequence[KindArgs]]
    """Kinds with a namespace that they may consist of; any by default."""

    denied_kinds: NotRequired[Sequence[KindArgs]]
    """Kinds with a namespace that they may not consist of."""

    roles: NotRequired[Mapping[str, ProjectRoleArgs]]
    """Roles of the project by name."""

    sync_windows: NotRequired[Sequence[SyncWindowArgs]]
    """When its applications may be synced."""

    keep_while_used: NotRequired[bool]
    """Removal waits until no application is in it; the controller must be there to see that."""


def app_project(name: str, project: ProjectArgs) -> Manifest:
    """Return the AppProject; what is not given is not declared, but for what it allows."""
    metadata: dict[str, Any] = {"name": name}
    if project.get("keep_while_used"):
        metadata["finalizers"] = [FINALIZER]
    spec: dict[str, Any] = {
        "description": project.get("description"),
        "sourceRepos": list(project.get("source_repositories") or ()),
        "destinations": [_destination(d) for d in project.get("destinations") or ()],
        "clusterResourceWhitelist": _kinds(project.get("cluster_kinds") or ()),
        "namespaceResourceBlacklist": _kinds(project.get("denied_kinds") or ()) or None,
        "roles": [_role(name, n, r) for n, r in (project.get("roles") or {}).items()] or None,
        "syncWindows": [_window(w) for w in project.get("sync_windows") or ()] or None,
    }
    if (kinds := project.get("namespaced_kinds")) is not None:
        spec["namespaceResourceWhitelist"] = _kinds(kinds)
    return {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": metadata,
        "spec": {key: value for key, value in spec.items() if value is not None},
    }


def default_project(*, locked: bool) -> Manifest:
    """Return what is stated about the project that argocd-server would make."""
    return {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": {"name": DEFAULT},
        "spec": dict(LOCKED if locked else OPEN),
    }


def _destination(destination: DestinationArgs) -> dict[str, str]:
    cluster = destination.get("cluster", IN_CLUSTER)
    address = ADDRESSES.get(cluster)
    where = {"server": address} if address else {"name": cluster}
    return {**where, "namespace": destination["namespace"]}


def _kinds(kinds: Sequence[KindArgs]) -> list[dict[str, str]]:
    return [{"group": k["group"], "kind": k["kind"]} for k in kinds]


def _role(project: str, name: str, role: ProjectRoleArgs) -> dict[str, Any]:
    own: list[PermissionArgs] = [
        {**permission, "project": project} for permission in role.get("permissions") or ()
    ]
    policies = list(permission_lines(f"proj:{project}:{name}", own))
    groups = list(role.get("groups") or ())
    return {"name": name, "policies": policies, **({"groups": groups} if groups else {})}


def _window(window: SyncWindowArgs) -> dict[str, Any]:
    shown = {
        "kind": window["kind"],
        "schedule": window["schedule"],
        "duration": window["duration"],
        "timeZone": window.get("time_zone"),
        "applications": window.get("applications"),
        "namespaces": window.get("namespaces"),
        "clusters": window.get("clusters"),
        "manualSync": window.get("manual_sync"),
    }
    return {key: value for key, value in shown.items() if value}
