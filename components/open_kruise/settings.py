"""OpenKruise."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.open_kruise import feature_gates
from settings.base import Section, Timeout
from settings.fields import ApiGroup, ChartVersion, DnsLabel
from settings.problems import explained
from settings.resources import Resources
from upstream.versions import CATALOGUE, Sha256

AbsolutePath = Annotated[str, Field(pattern=r"^(/[-._a-zA-Z0-9]+)+$", examples=["/run/k3s"])]
"""An absolute path on a node."""

SocketFile = Annotated[
    str,
    Field(pattern=r"^[-._a-zA-Z0-9]*(/[-._a-zA-Z0-9]+)*$", examples=["containerd/containerd.sock"]),
]
"""The path of a socket, or nothing."""


def _known_gate(name: str) -> str:
    if name not in feature_gates.KNOWN:
        raise explained(feature_gates.unknown(name, feature_gates.KNOWN))
    return name


GateName = Annotated[
    str,
    AfterValidator(_known_gate),
    Field(json_schema_extra={"enum": sorted(feature_gates.KNOWN)}),
]
"""The name of a feature gate that some supported version has."""


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


class KruiseReleaseSettings(Section):
    """Where Helm keeps the release: set it to take over one that is kept elsewhere.

    Changing it later would remove OpenKruise and install it anew, and is refused.
    """

    name: DnsLabel = "kruise"
    """Name of the release."""

    namespace: DnsLabel = "kruise-system"
    """Namespace of its records; OpenKruise itself always runs in kruise-system."""


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

    allow_downgrade_of: ChartVersion | None = None
    """The installed version, to allow an older one once; it means nothing for any other."""

    release: KruiseReleaseSettings = Field(default_factory=KruiseReleaseSettings)
    """Where Helm keeps the release."""

    @property
    def effective_feature_gates(self) -> dict[str, bool]:
        """The gates to install with, sorted by name."""
        return feature_gates.effective(self.feature_gates, daemon=self.daemon.enabled)
