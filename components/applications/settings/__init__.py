"""Applications: what Argo CD deploys from where to where."""

from typing import Annotated, Literal

from pydantic import Field

from components.applications.settings.sources import (
    DirectorySource,
    HelmSource,
    KustomizeSource,
    PluginSource,
    TemplatePath,
    Text,
)
from settings.base import Section, Timeout
from settings.fields import (
    ClusterName,
    DnsLabel,
    DnsSubdomain,
    KindName,
    LabelKey,
    LabelValue,
    RepositoryUrl,
    Revision,
)

RelativePath = Annotated[
    str,
    Field(
        pattern=r"^(\.|[-_a-zA-Z0-9][-._a-zA-Z0-9]*(/[-_a-zA-Z0-9][-._a-zA-Z0-9]*)*)$",
        examples=["deploy/charts/web"],
    ),
]
"""A folder in a repository; `.` is its root."""


SyncOption = Annotated[
    str, Field(pattern=r"^[A-Z][A-Za-z]+=[A-Za-z]+$", examples=["ServerSideApply=true"])
]
"""A sync option of Argo CD."""


class SyncSettings(Section):
    """When and how the cluster is made to follow the repository."""

    automated: bool = True
    """By itself; else when somebody, or a pipeline, says so."""

    prune: bool = True
    """Delete what is not in the repository any more; only where it syncs by itself."""

    self_heal: bool = True
    """Undo changes in the cluster; only where it syncs by itself."""

    options: list[SyncOption] = []
    """Sync options."""

    retries: Annotated[int, Field(ge=-1, le=100)] | None = None
    """How often a failed sync is tried again; -1: for ever."""


class IgnoredDifference(Section):
    """A difference that does not count: one or more fields of some objects."""

    group: DnsSubdomain | Literal[""] = ""
    """API group; empty: the core group."""

    kind: KindName
    """Kind."""

    name: DnsSubdomain | None = None
    """Name; any if it is not set."""

    namespace: DnsLabel | None = None
    """Namespace; any if it is not set."""

    json_pointers: list[Annotated[str, Field(pattern=r"^/", examples=["/spec/replicas"])]] = []
    """Fields as JSON pointers."""

    jq_path_expressions: list[Annotated[str, Field(pattern=r"^\.", examples=[".spec.x"])]] = []
    """Fields as jq paths."""

    managed_fields_managers: list[Text] = []
    """All fields of these managers."""


class DestinedSource(Section):
    """What an Application and the template of an ApplicationSet have in common."""

    project: DnsSubdomain
    """AppProject; one of `argoCd.projects`, or `default`."""

    repository: RepositoryUrl
    """Address of the repository."""

    revision: Revision
    """Branch, tag, commit, or version of the chart. To promote a version, change this line."""

    path: TemplatePath | None = None
    """Folder in the repository."""

    chart: Text | None = None
    """Name of the chart in a chart repository."""

    helm: HelmSource | None = None
    """The source is a Helm chart."""

    kustomize: KustomizeSource | None = None
    """The source is a kustomization."""

    directory: DirectorySource | None = None
    """The source is a folder of plain manifests."""

    plugin: PluginSource | None = None
    """The source is made into objects by a plugin."""

    namespace: DnsLabel
    """Namespace that it goes to."""

    create_namespace: bool = False
    """Let Argo CD make the namespace."""

    sync: SyncSettings = Field(default_factory=SyncSettings)
    """When and how it is synced."""

    ignore_differences: list[IgnoredDifference] = []
    """Differences that do not count."""

    cascade: Literal["foreground", "background", "none"] = "foreground"
    """What happens to its objects when it is deleted: they go before it, after it, or they stay."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the Application itself."""


class Application(DestinedSource):
    """One Application."""

    cluster: ClusterName = "in-cluster"
    """Cluster that it goes to, a name of `argoCd.clusters`; or the one that Argo CD runs in."""

    set_by_pipeline: bool = False
    """A delivery pipeline sets its image: `up` leaves that field alone."""


class ApplicationSet(DestinedSource):
    """The same Application on every cluster with some labels.

    In its revision, path and value files, and in all values, `{{.name}}` is the cluster's name and
    `{{index .metadata.labels "KEY"}}` one of its labels, such as its environment.
    """

    clusters: dict[LabelKey, LabelValue] = {}
    """Labels of the clusters; without any, all clusters, the one of Argo CD included."""

    progressive_sync: list[dict[LabelKey, LabelValue]] = []
    """Labels of the Applications of each step; Argo CD must have it enabled (`argoCd.params`)."""

    keep_applications: bool = False
    """Leave the Applications when the set is deleted."""


class RootApplication(Section):
    """An Application of Applications: a folder in Git that holds more of them."""

    project: DnsSubdomain
    """AppProject; it must allow Applications in Argo CD's namespace, which is power over all."""

    repository: RepositoryUrl
    """Address of the repository."""

    revision: Revision
    """Branch, tag or commit."""

    path: RelativePath
    """Folder with the Applications."""

    cascade: Literal["foreground", "background", "none"] = "foreground"
    """What happens to its Applications when it is deleted."""


class ApplicationsSettings(Section):
    """What Argo CD deploys."""

    enabled: bool = True
    """Declare them."""

    entries: dict[DnsLabel, Application] = {}
    """Applications by name."""

    sets: dict[DnsLabel, ApplicationSet] = {}
    """ApplicationSets by name, for those who have many clusters."""

    root: RootApplication | None = None
    """Application of Applications, named `root`."""

    timeout_seconds: Timeout = 600
    """How long the removal of an Application and its objects may take."""

    @property
    def declared(self) -> bool:
        """Whether there is anything to declare."""
        return self.enabled and bool(self.entries or self.sets or self.root)
