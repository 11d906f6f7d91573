"""Argo CD."""

from typing import Literal

from pydantic import Field

from components.argo_cd.settings.access import AccessSettings
from components.argo_cd.settings.components import Component, ComponentName
from components.argo_cd.settings.fields import KnownHost
from components.argo_cd.settings.projects import ProjectSettings
from components.argo_cd.settings.repositories import CredentialsTemplate, RemoteCluster, Repository
from components.argo_cd.settings.server import ServerSettings
from settings.base import Section, Timeout
from settings.fields import (
    ConfigMapKey,
    ConfigMapValue,
    DnsLabel,
    DnsSubdomain,
    HostName,
    PemText,
    ReleaseTag,
)
from upstream.versions import CATALOGUE, Sha256


class ArgoCdSettings(Section):
    """Argo CD, from its release manifest; or one that somebody else installed and owns."""

    enabled: bool = True
    """Have an Argo CD: install it, or with `mode: existing` contribute to the one that is there."""

    mode: Literal["managed", "existing"] = "managed"
    """`managed`: the program installs and owns it. `existing`: it only patches its argocd-cm."""

    version: ReleaseTag = CATALOGUE["argoCd"].version
    """Release tag, v3.0.0 or newer; with `mode: existing` the version that runs there."""

    sha256: Sha256 | None = None
    """Digest of the manifest; needed for a version that upstream/versions.yaml lacks."""

    namespace: DnsLabel = "argocd"
    """Namespace of Argo CD; the program creates it, unless `mode` is `existing`."""

    high_availability: bool = False
    """Install the highly available variant; it needs three nodes."""

    config: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-cm, over the release's own; none that has a setting here."""

    params: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-cmd-params-cm, over the release's own."""

    rbac: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-rbac-cm, over the release's own."""

    server: ServerSettings = Field(default_factory=ServerSettings)
    """The server: its address, the way to it, sign-on."""

    access: AccessSettings = Field(default_factory=AccessSettings)
    """Who may do what."""

    projects: dict[DnsSubdomain, ProjectSettings] = {}
    """AppProjects by name: what the applications of a team may come from, go to and consist of."""

    default_project: Literal["unmanaged", "open", "locked"] = "unmanaged"
    """What the AppProject `default` allows: all, nothing, or whatever it does now."""

    repositories: dict[DnsLabel, Repository] = {}
    """Repositories by name."""

    repository_credentials: dict[DnsLabel, CredentialsTemplate] = {}
    """Credentials for groups of repositories by name."""

    known_hosts: list[KnownHost] = []
    """Host keys of Git servers with an ssh address, beside those that the release knows."""

    tls_certificates: dict[HostName, PemText] = {}
    """Certificates of Git servers with an https address, or of their authority, by host name."""

    clusters: dict[DnsLabel, RemoteCluster] = {}
    """Further clusters to deploy to, by name."""

    components: dict[ComponentName, Component] = {}
    """Replicas and resources of its components."""

    tracking_method: Literal["annotation", "annotation+label", "label"] = "annotation"
    """How Argo CD marks what is its own. Other controllers copy the label, and Argo CD prunes."""

    notifications: bool = True
    """Run the notifications controller."""

    dex: bool = True
    """Run Dex, which brings sign-on with other providers than OIDC's."""

    network_policies: bool = True
    """Keep the release's NetworkPolicies."""

    timeout_seconds: Timeout = 600
    """How long each object may take to become ready, image pulls included."""

    allow_downgrade_of: ReleaseTag | None = None
    """The installed version, to allow an older one once; it means nothing for any other."""

    @property
    def managed(self) -> bool:
        """Whether this program installs Argo CD."""
        return self.enabled and self.mode == "managed"

    @property
    def existing(self) -> bool:
        """Whether the Argo CD is somebody else's."""
        return self.enabled and self.mode == "existing"

    @property
    def variant(self) -> str:
        """The artifact of the catalogue to install from."""
        return "ha" if self.high_availability else "standard"
