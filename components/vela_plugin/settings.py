"""The `vela` plugin of Argo CD."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section
from settings.fields import DnsLabel, DnsSubdomain, ImageReference
from settings.resources import Resources


class PluginCommandSettings(Section):
    """One command of a plugin in argocd-cm."""

    command: Annotated[list[str], Field(min_length=1)]
    """The program, and arguments."""

    args: list[str] = []
    """More arguments."""


class OtherPluginSettings(Section):
    """An entry of `configManagementPlugins`."""

    name: str
    """Name of the plugin."""

    init: PluginCommandSettings | None = None
    """Runs before `generate`."""

    generate: PluginCommandSettings
    """Prints the manifests."""

    lock_repo: bool = False
    """Run for one application of a repository at a time."""


class VelaPluginSettings(Section):
    """Argo CD taking Appfiles and OAM Applications: the config management plugin `vela`."""

    enabled: bool | None = None
    """Add the plugin. By default where the program installs both Argo CD and KubeVela; to an Argo
    CD of somebody else only with true, as its repo-server is restarted."""

    mode: Literal["application", "render"] = "application"
    """`application`: Argo CD deploys an Application, and vela-core what it stands for. `render`:
    Argo CD deploys what it stands for itself, for clusters without vela-core; without workflow,
    policies and order."""

    form: Literal["sidecar", "legacy"] = "sidecar"
    """`sidecar`: a container of the repo-server. `legacy`: an entry of argocd-cm, for an existing
    Argo CD 2.4 to 2.7."""

    traits: list[DnsLabel] = []
    """Names that are traits in an Appfile, in place of those of KubeVela's chart; empty: these.
    Those of `kubeVela.definitions` are always added."""

    components: dict[DnsLabel, list[str]] = {}
    """Component types that an Appfile may name beside those of KubeVela's chart and of
    `kubeVela.definitions`, with the list of their parameters; `"*"` in it accepts any."""

    image: ImageReference | None = None
    """Image of the sidecar, instead of that of the repo-server; it must be one of Argo CD."""

    cli_image: ImageReference | None = None
    """Image with the vela CLI, for the mode `render`; by default that of KubeVela's version."""

    kubeconfig_secret: DnsSubdomain | None = None
    """Secret in Argo CD's namespace with a kubeconfig under the key `config`, for the mode `render`
    with packages of CUE from a cluster. Without it the plugin has no credentials at all."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits of the sidecar; what is left out keeps the plugin's own."""

    other_plugins: list[OtherPluginSettings] = []
    """With `form: legacy`: the entries of `configManagementPlugins` that the Argo CD has already.
    The key holds all of them, so what is missing here is removed."""
