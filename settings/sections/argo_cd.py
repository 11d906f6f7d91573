"""Argo CD."""

from typing import Literal

from settings.fields import ConfigMapKey, ConfigMapValue, DnsLabel, ReleaseTag
from settings.sections.base import Section, Timeout
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
    """Entries of ConfigMap argocd-cm, over the release's own."""

    params: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-cmd-params-cm, over the release's own."""

    rbac: dict[ConfigMapKey, ConfigMapValue] = {}
    """Entries of ConfigMap argocd-rbac-cm, over the release's own."""

    timeout_seconds: Timeout = 600
    """How long each object may take to become ready, image pulls included."""

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
