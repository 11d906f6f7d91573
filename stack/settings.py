"""The stack's configuration as a whole: the section of each unit, and those of no unit."""

from typing import Any

from pydantic import Field

from components.applications.settings import ApplicationsSettings
from components.argo_cd.settings import ArgoCdSettings
from components.delivery.settings import DeliverySettings
from components.health_checks.settings import HealthCheckSettings
from components.kube_vela.settings import KubeVelaSettings
from components.open_kruise.settings import OpenKruiseSettings
from components.sample.settings import SampleSettings
from components.shared.credentials.settings import CredentialsSettings
from components.tekton.settings import TektonSettings
from components.vela_plugin.settings import VelaPluginSettings
from settings.base import Section
from settings.common import CrdSettings, ImageSettings
from settings.fields import ContextName, FilePath, Identifier
from settings.secrets import SecretName, SecretText, revealed

IDENTIFIER = "gitops-bootstrap-<stack>"
"""What `cluster.identifier` is when it is not set; the loader puts the stack's name in."""


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

    adopt: bool = False
    """Take over what the cluster has already and the state does not know, instead of refusing."""

    protect: bool = False
    """Refuse to delete namespaces, CRDs and Helm releases, which take others' objects with them."""

    @property
    def selected(self) -> bool:
        """Whether there is a cluster to act on; on loaded settings KUBECONFIG is accounted for."""
        return bool(self.context or self.kubeconfig)


class DeclaredApplications(ApplicationsSettings):
    """What Argo CD deploys."""

    # The section of the unit `sample`: units do not know each other, so it is put in here.
    samples: SampleSettings | None = None
    """The samples of this project, as Applications `helloworld` and `testapp`."""

    @property
    def declared(self) -> bool:
        """Whether there is anything to declare."""
        return self.enabled and bool(self.samples or super().declared)


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

    applications: DeclaredApplications = Field(default_factory=DeclaredApplications)
    """What Argo CD deploys."""

    credentials: CredentialsSettings = Field(default_factory=CredentialsSettings)
    """The platform's own credentials."""

    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    """Pipelines that bring an image into applications of Argo CD."""

    health_checks: HealthCheckSettings = Field(default_factory=HealthCheckSettings)
    """How Argo CD judges the platform's objects."""

    kube_vela: KubeVelaSettings = Field(default_factory=KubeVelaSettings)
    """KubeVela."""

    tekton: TektonSettings = Field(default_factory=TektonSettings)
    """Tekton."""

    vela_plugin: VelaPluginSettings = Field(default_factory=VelaPluginSettings)
    """Argo CD taking Appfiles and OAM Applications."""

    secrets: dict[SecretName, SecretText] = Field(default={})
    """Secret values by name, each encrypted; settings that end in From name them."""

    @property
    def has_health_checks(self) -> bool:
        """Whether there is an Argo CD to contribute health checks to, and they are wanted."""
        return self.argo_cd.enabled and self.health_checks.enabled

    @property
    def has_vela_plugin(self) -> bool:
        """Whether there is an Argo CD to add the plugin to, and it is wanted."""
        wanted = self.vela_plugin.enabled
        if wanted is None:
            return self.argo_cd.managed and self.kube_vela.enabled
        return self.argo_cd.enabled and wanted

    @property
    def renders_applications(self) -> bool:
        """Whether the plugin renders with the definitions of KubeVela's chart."""
        return self.has_vela_plugin and self.vela_plugin.mode == "render"

    def revealed(self, value: Any) -> Any:
        """Return a section, or several, as plain data with the secret values that it names."""
        return revealed(value, self.secrets)

    def secret(self, name: str | None) -> str | None:
        """Return the secret value of a name; nothing for none."""
        return None if name is None else self.secrets[name].get_secret_value()
