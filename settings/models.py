"""The models of the stack's configuration: one section per unit, keys as in the stack file.

The docstring under a field is its description in the reference page and in the JSON Schema. A model
checks single values; rules that span several keys are in `rules.py`. Secrets are never part of it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from settings import feature_gates
from settings.fields import (
    AbsolutePath,
    ApiGroup,
    ChartVersion,
    ConfigMapKey,
    ConfigMapValue,
    ContextName,
    CpuQuantity,
    DnsLabel,
    FilePath,
    GateName,
    Identifier,
    MemoryQuantity,
    Registry,
    ReleaseTag,
    SocketFile,
    UniqueNames,
)
from upstream.versions import CATALOGUE, Sha256

IDENTIFIER = "gitops-bootstrap-<stack>"
"""What `cluster.identifier` is when it is not set; the loader puts the stack's name in."""

Timeout = Annotated[int, Field(ge=60, le=3600)]


class Section(BaseModel):
    """What all sections share: frozen, no unknown keys, no guessing of types, camelCase keys."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


class ClusterSettings(Section):
    """The cluster that the platform is installed in: `context`, `kubeconfig` or both select it.

    Without either, and without KUBECONFIG in the environment, only a preview runs.
    """

    context: ContextName | None = None
    """Context of the kubeconfig; the file's current one if it is not set."""

    kubeconfig: FilePath | None = None
    """Path of the kubeconfig; KUBECONFIG of the environment if it is not set."""

    identifier: Identifier = IDENTIFIER
    """Name of the cluster in Pulumi's state. Never change it: that replaces every resource."""

    @property
    def selected(self) -> bool:
        """Whether there is a cluster to act on; on loaded settings KUBECONFIG is accounted for."""
        return bool(self.context or self.kubeconfig)


class CrdSettings(Section):
    """Custom resource definitions of units that are installed object by object."""

    retain: bool = False
    """Keep the CRDs, and with them all their objects, when the platform is destroyed."""


class ImageSettings(Section):
    """Where container images come from."""

    registry: Registry | None = None
    """Registry that serves all images instead of their own; the mirrored names follow its path."""

    pull_secrets: UniqueNames = []
    """Names of image pull Secrets; they must exist in the namespaces of the units."""


class ResourceList(Section):
    """Amounts of CPU and memory; what is left out keeps the chart's value."""

    cpu: CpuQuantity | None = None
    """Cores, or thousandths of one."""

    memory: MemoryQuantity | None = None
    """Bytes, with a unit."""


class Resources(Section):
    """Kubernetes resource requests and limits of a container."""

    requests: ResourceList = Field(default_factory=ResourceList)
    """What a node must have free."""

    limits: ResourceList = Field(default_factory=ResourceList)
    """What the container may use at most."""


class ManagerSettings(Section):
    """The controller manager of OpenKruise, which also serves its webhooks."""

    replicas: Annotated[int, Field(ge=1, le=9)] = 2
    """Number of pods. While none is ready, no pod can be created, changed or evicted anywhere."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits; what is left out keeps the chart's value."""

    log_level: Annotated[int, Field(ge=0, le=10)] = 4
    """Verbosity of the log."""

    log_format: Literal["text", "json"] = "text"
    """Format of the log."""


class DaemonSettings(Section):
    """The node daemon of OpenKruise, which pulls images and restarts containers."""

    enabled: bool = True
    """Run the daemon on every node. Off, the feature gates that need it are off too."""

    socket_location: AbsolutePath = "/var/run"
    """Folder of the container runtime's socket on the nodes; on K3s: /run/k3s."""

    socket_file: SocketFile = ""
    """Path of the socket below `socketLocation`; empty: the usual ones are tried."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits; what is left out keeps the chart's value."""


class OpenKruiseSettings(Section):
    """OpenKruise: workloads with in-place updates and partitions, from its Helm chart."""

    enabled: bool = True
    """Install the unit."""

    version: ChartVersion = CATALOGUE["openKruise"].version
    """Version of the chart, from 1.7, 1.8 or 1.9."""

    sha256: Sha256 | None = None
    """Digest of the chart archive; needed for a version that upstream/versions.yaml lacks."""

    feature_gates: dict[GateName, bool] = {}
    """Feature gates, over the platform's own: ImagePullJobGate and TemplateNoDefaults are on."""

    manager: ManagerSettings = Field(default_factory=ManagerSettings)
    """The controller manager."""

    daemon: DaemonSettings = Field(default_factory=DaemonSettings)
    """The node daemon."""

    timeout_seconds: Timeout = 600
    """How long an install, upgrade or removal may take, image pulls included."""

    role_list_groups: Annotated[list[ApiGroup], Field(min_length=1)] = ["*"]
    """API groups whose resources the manager may list; `*` is all of them."""

    @property
    def effective_feature_gates(self) -> dict[str, bool]:
        """The gates to install with, sorted by name."""
        return feature_gates.effective(self.feature_gates, daemon=self.daemon.enabled)


class ArgoCdSettings(Section):
    """Argo CD, from its release manifest."""

    enabled: bool = True
    """Install the unit."""

    version: ReleaseTag = CATALOGUE["argoCd"].version
    """Release tag, v3.0.0 or newer."""

    sha256: Sha256 | None = None
    """Digest of the manifest; needed for a version that upstream/versions.yaml lacks."""

    namespace: DnsLabel = "argocd"
    """Namespace of Argo CD; the program creates it."""

    high_availability: bool = False
    """Install the highly available variant; it needs three nodes."""

    config: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-cm, over the release's own."""

    params: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-cmd-params-cm, over the release's own."""

    rbac: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-rbac-cm, over the release's own."""

    timeout_seconds: Timeout = 600
    """How long each object may take to become ready, image pulls included."""

    @property
    def variant(self) -> str:
        """The artifact of the catalogue to install from."""
        return "ha" if self.high_availability else "standard"


class Settings(Section):
    """Configuration of a stack: one section per unit, each below `gitops-bootstrap:`."""

    cluster: ClusterSettings = Field(default_factory=ClusterSettings)
    """The cluster to install in."""

    crds: CrdSettings = Field(default_factory=CrdSettings)
    """What happens to custom resource definitions."""

    images: ImageSettings = Field(default_factory=ImageSettings)
    """Where container images come from."""

    open_kruise: OpenKruiseSettings = Field(default_factory=OpenKruiseSettings)
    """OpenKruise."""

    argo_cd: ArgoCdSettings = Field(default_factory=ArgoCdSettings)
    """Argo CD."""
