"""KubeVela."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, Timeout
from settings.fields import ChartVersion
from settings.resources import Resources
from upstream.versions import CATALOGUE, Sha256

FolderPath = Annotated[
    str, Field(pattern=r"^[^\s{]([^\r\n]*\S)?$", examples=["platform/definitions"])
]
"""The path of a folder, relative to the project."""


class VelaWorkloadSettings(Section):
    """One Deployment of KubeVela."""

    replicas: Annotated[int, Field(ge=1, le=9)] = 1
    """Number of pods; one of them leads."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits; what is left out keeps the chart's value."""


class VelaWebhookSettings(Section):
    """The webhooks of KubeVela: they check Applications and definitions when they are written."""

    enabled: bool = True
    """Run them. Off, a mistake shows only in the status of an Application."""

    certificates: Literal["hook", "certManager"] = "hook"
    """Who makes their certificate: Jobs of the chart, or a cert-manager that is installed."""

    failure_policy: Literal["Fail", "Ignore"] = "Fail"
    """What happens to a write while they do not answer."""


class KubeVelaSettings(Section):
    """KubeVela: Applications that say what developers need, from its Helm chart."""

    enabled: bool = True
    """Install the unit."""

    version: ChartVersion = CATALOGUE["kubeVela"].version
    """Version of the chart vela-core."""

    sha256: Sha256 | None = None
    """Digest of the chart archive; needed for a version that upstream/versions.yaml lacks."""

    allow_downgrade_of: ChartVersion | None = None
    """The installed version, to allow an older one once; it means nothing for any other."""

    webhooks: VelaWebhookSettings = Field(default_factory=VelaWebhookSettings)
    """Checks when something is written."""

    multicluster: bool = False
    """Run the gateway to further clusters; needs the webhooks."""

    authentication: bool = False
    """Act with the rights of who wrote the Application, not of an administrator."""

    definition_validation: bool = False
    """Refuse an Application whose writer may not read the definitions it uses."""

    controller: VelaWorkloadSettings = Field(default_factory=VelaWorkloadSettings)
    """vela-core."""

    gateway: VelaWorkloadSettings = Field(default_factory=VelaWorkloadSettings)
    """The gateway to further clusters."""

    clone_set: bool = True
    """Add the component type `cloneset`: a service as a CloneSet of OpenKruise."""

    definitions: FolderPath | None = None
    """Folder with definitions of your own as YAML, relative to the project."""

    timeout_seconds: Timeout = 600
    """How long an install, upgrade or removal may take, image pulls included."""
