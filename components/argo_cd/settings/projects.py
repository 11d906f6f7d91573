"""AppProjects."""

from typing import Annotated, Literal

from pydantic import Field

from components.argo_cd.settings.access import ProjectPermission
from components.argo_cd.settings.fields import (
    Cron,
    Duration,
    NamePattern,
    PolicyName,
    RoleName,
    SourcePattern,
    TimeZone,
)
from settings.base import Section
from settings.fields import ApiGroup, ClusterName, KindName

IN_CLUSTER = "in-cluster"
"""What Argo CD calls the cluster that it runs in."""


class Kind(Section):
    """A kind of Kubernetes objects."""

    group: ApiGroup = ""
    """API group; empty: the core group."""

    kind: KindName
    """Kind."""


class Destination(Section):
    """Where applications may go."""

    namespace: NamePattern
    """Namespace."""

    cluster: ClusterName = IN_CLUSTER
    """Name of a registered cluster; by default the one that Argo CD runs in."""


class ProjectRole(Section):
    """A role that exists in one project."""

    permissions: list[ProjectPermission] = []
    """What it may do there."""

    groups: list[PolicyName] = []
    """Groups of the identity provider that have it."""


class SyncWindow(Section):
    """A time in which applications are synced, or are not."""

    kind: Literal["allow", "deny"]
    """With one `allow`, there is no sync outside of such windows; a `deny` wins."""

    schedule: Cron
    """When it begins."""

    duration: Duration
    """How long it lasts."""

    time_zone: TimeZone = "UTC"
    """Time zone of the schedule."""

    applications: list[NamePattern] = []
    """Names of the applications."""

    namespaces: list[NamePattern] = []
    """Destination namespaces of the applications."""

    clusters: list[ClusterName] = []
    """Destination clusters of the applications."""

    manual_sync: bool = False
    """Let a person sync all the same."""


class ProjectSettings(Section):
    """What the applications of a team may come from, go to and consist of."""

    description: Annotated[str, Field(max_length=255)] | None = None
    """For whoever reads the list of projects."""

    source_repositories: list[SourcePattern] = []
    """Where applications may come from: `*` ends at a slash, `**` does not. Empty: nowhere."""

    destinations: list[Destination] = []
    """Where they may go; nowhere if it is empty."""

    cluster_kinds: list[Kind] = []
    """Kinds without a namespace that they may consist of; none if it is empty."""

    namespaced_kinds: list[Kind] | None = None
    """Kinds with a namespace that they may consist of; any if it is not set."""

    denied_kinds: list[Kind] = []
    """Kinds with a namespace that they may not consist of."""

    roles: dict[RoleName, ProjectRole] = {}
    """Roles that exist in this project."""

    sync_windows: list[SyncWindow] = []
    """When its applications are synced; always if it is empty."""

    keep_while_used: bool = False
    """Its removal waits until no application is in it, as long as the timeout lasts."""
