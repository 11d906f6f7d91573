"""Tekton: Pipelines and its companions."""

from typing import Annotated

from pydantic import Field

from components.tekton.settings.config_maps import Defaults, FeatureFlags, text
from settings.base import Section, Timeout
from settings.fields import HttpsUrl, ReleaseTag
from settings.resources import Resources
from upstream.versions import CATALOGUE, Sha256

Replicas = Annotated[int, Field(ge=1, le=9)]
History = Annotated[int, Field(ge=0, le=10_000)]


class ResolverSettings(Section):
    """Remote resolvers: where tasks and pipelines may be fetched from."""

    enabled: bool = True
    """Run the resolvers. Off, only tasks and pipelines in the cluster can be referred to."""

    bundles: bool = True
    """From OCI registries."""

    cluster: bool = True
    """From other namespaces."""

    git: bool = True
    """From Git."""

    http: bool = False
    """From any address."""

    hub: bool = False
    """From public catalogues."""

    replicas: Replicas = 1
    """Number of pods."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits; what is left out stays as shipped."""

    @property
    def flags(self) -> dict[str, str]:
        """The entries of ConfigMap resolvers-feature-flags."""
        kinds = ("bundles", "cluster", "git", "http", "hub")
        return {f"enable-{kind}-resolver": text(getattr(self, kind)) for kind in kinds}


class WorkloadSettings(Section):
    """Size of one workload of Tekton's."""

    replicas: Replicas = 1
    """Number of pods; of the webhook the least, its autoscaler may add some up to five."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits; what is left out stays as shipped."""


class TriggerSettings(Section):
    """Tekton Triggers: runs that start by themselves."""

    enabled: bool = True
    """Install the companion."""


class PrunerSettings(Section):
    """Tekton Pruner, which removes runs that are over."""

    enabled: bool = True
    """Install the companion. Without it, runs and their pods stay for ever."""

    ttl_seconds: Annotated[int, Field(ge=0, le=2_592_000)] | None = None
    """How long a run that is over stays; without it, the history alone decides."""

    successful_history: History = 20
    """How many successful runs of each pipeline and task stay."""

    failed_history: History = 20
    """How many failed runs of each pipeline and task stay."""

    @property
    def policy(self) -> dict[str, int]:
        """The policy under the pruner's own names."""
        policy = {
            "successfulHistoryLimit": self.successful_history,
            "failedHistoryLimit": self.failed_history,
        }
        return policy | (
            {} if self.ttl_seconds is None else {"ttlSecondsAfterFinished": self.ttl_seconds}
        )


class DashboardSettings(Section):
    """Tekton Dashboard, read-only. It has no login of its own: never expose it as it is."""

    enabled: bool = False
    """Install the companion."""

    url: HttpsUrl | None = None
    """Address of the release manifest, the read-only one."""

    sha256: Sha256 | None = None
    """Digest of that manifest."""


class TektonSettings(Section):
    """Tekton Pipelines and its companions, from their release manifests."""

    enabled: bool = True
    """Install the unit."""

    version: ReleaseTag = CATALOGUE["tekton"].version
    """Release tag of Pipelines, v1.12.0 or newer."""

    sha256: Sha256 | None = None
    """Digest of the manifest; needed for a version that upstream/versions.yaml lacks."""

    allow_downgrade_of: ReleaseTag | None = None
    """The installed version, to allow an older one once; it means nothing for any other."""

    feature_flags: FeatureFlags = Field(default_factory=FeatureFlags)
    """Feature flags, under Tekton's own names."""

    defaults: Defaults = Field(default_factory=Defaults)
    """What runs get where they say nothing, under Tekton's own names."""

    controller: WorkloadSettings = Field(default_factory=WorkloadSettings)
    """The controller of runs."""

    events: WorkloadSettings = Field(default_factory=WorkloadSettings)
    """The controller of events."""

    webhook: WorkloadSettings = Field(default_factory=WorkloadSettings)
    """The webhook. While no pod of it is ready, nothing of Tekton's can be changed."""

    resolvers: ResolverSettings = Field(default_factory=ResolverSettings)
    """Remote resolvers."""

    triggers: TriggerSettings = Field(default_factory=TriggerSettings)
    """Tekton Triggers."""

    pruner: PrunerSettings = Field(default_factory=PrunerSettings)
    """Tekton Pruner."""

    dashboard: DashboardSettings = Field(default_factory=DashboardSettings)
    """Tekton Dashboard."""

    timeout_seconds: Timeout = 600
    """How long each object may take to become ready, image pulls included."""
