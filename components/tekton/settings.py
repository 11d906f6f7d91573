"""Tekton: Pipelines and its companions."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from settings.base import Section, Timeout
from settings.fields import DnsLabel, HttpsUrl, ReleaseTag
from settings.resources import Resources
from upstream.versions import CATALOGUE, Sha256

Replicas = Annotated[int, Field(ge=1, le=9)]
History = Annotated[int, Field(ge=0, le=10_000)]


def _as_upstream(name: str) -> str:
    return name.replace("_", "-")


class UpstreamKeys(Section):
    """Entries of a ConfigMap of Tekton's, under its own keys; what is not set stays as shipped."""

    model_config = ConfigDict(alias_generator=_as_upstream)

    @property
    def entries(self) -> dict[str, str]:
        """The entries as the ConfigMap has them: text."""
        return _texts(self)


class FeatureFlags(UpstreamKeys):
    """Feature flags of Tekton Pipelines.

    Ref: https://github.com/tektoncd/pipeline/blob/v1.15.0/config/config-feature-flags.yaml
    """

    await_sidecar_readiness: bool | None = None
    """Start the first step when all sidecars are ready."""

    coschedule: Literal["workspaces", "pipelineruns", "isolate-pipelinerun", "disabled"] | None = (
        None
    )
    """Which pods of a run share a node."""

    disable_creds_init: bool | None = None
    """Do not copy the ServiceAccount's Git and registry credentials into every step."""

    disable_inline_spec: (
        Annotated[
            str,
            Field(
                pattern=r"^((pipeline|pipelinerun|taskrun)(,(pipeline|pipelinerun|taskrun))*)?$",
                examples=["pipelinerun,taskrun"],
            ),
        ]
        | None
    ) = None
    """Where tasks and pipelines must be referred to and may not be written inline."""

    enable_api_fields: Literal["stable", "beta", "alpha"] | None = None
    """The least stable fields that are accepted."""

    enable_artifacts: bool | None = None
    """Let steps declare artifacts."""

    enable_cel_in_whenexpression: bool | None = None
    """Accept CEL in `when`."""

    enable_concise_resolver_syntax: bool | None = None
    """Accept a URL as the name of a remote task."""

    enable_informer_cache_transforms: bool | None = None
    """Keep less of each object in the controller's memory; from v1.13."""

    enable_kubernetes_sidecar: bool | None = None
    """Run sidecars as Kubernetes' own kind of sidecar."""

    enable_param_enum: bool | None = None
    """Let parameters list their allowed values."""

    enable_provenance_in_status: bool | None = None
    """Write where a task came from into the status of its run."""

    enable_step_actions: bool | None = None
    """Accept steps that refer to a StepAction."""

    enable_termination_message_compression: bool | None = None
    """Compress results, of which a task may then have more; from v1.13."""

    enable_wait_exponential_backoff: bool | None = None
    """Ask less and less often while waiting."""

    enforce_nonfalsifiability: Literal["none", "spire"] | None = None
    """How results and status are signed."""

    keep_pod_on_cancel: bool | None = None
    """Keep the pod of a cancelled TaskRun."""

    max_result_size: Annotated[int, Field(ge=1, le=1_572_863)] | None = None
    """Bytes of a result when results come from a sidecar's log."""

    require_git_ssh_secret_known_hosts: bool | None = None
    """Refuse Git SSH Secrets without `known_hosts`."""

    results_from: Literal["termination-message", "sidecar-logs"] | None = None
    """How results leave a pod."""

    running_in_environment_with_injected_sidecars: bool | None = None
    """Expect sidecars that others add."""

    send_cloudevents_for_runs: bool | None = None
    """Send events for CustomRuns as well."""

    set_security_context: bool | None = True
    """Give the containers that Tekton adds what Pod Security `restricted` asks for."""

    set_security_context_read_only_root_filesystem: bool | None = None
    """Let these containers not write to their root filesystem; needs `set-security-context`."""

    trusted_resources_verification_no_match_policy: Literal["ignore", "warn", "fail"] | None = None
    """What happens to a task or pipeline to which no VerificationPolicy applies."""


class Defaults(UpstreamKeys):
    """What runs get where they say nothing: entries of ConfigMap config-defaults.

    Ref: https://github.com/tektoncd/pipeline/blob/v1.15.0/config/config-defaults.yaml
    """

    model_config = ConfigDict(alias_generator=lambda name: f"default-{_as_upstream(name)}")

    affinity_assistant_pod_template: str | None = None
    """Pod template of affinity assistants, YAML."""

    container_resource_requirements: str | None = None
    """Resources of containers that set none, YAML by container name."""

    create_container_error_timeout: (
        Annotated[str, Field(pattern=r"^[0-9]+[smh]$", examples=["5m"])] | None
    ) = None
    """How long a container may fail to be created; from v1.13."""

    forbidden_env: str | None = None
    """Environment variables that pod templates may not set, comma-separated."""

    imagepullbackoff_timeout: (
        Annotated[str, Field(pattern=r"^[0-9]+[smh]$", examples=["5m"])] | None
    ) = None
    """How long an image may fail to be pulled."""

    managed_by_label_value: str | None = None
    """Value of label app.kubernetes.io/managed-by on pods."""

    max_matrix_combinations_count: Annotated[int, Field(ge=1)] | None = None
    """How many combinations a matrix may have."""

    maximum_resolution_timeout: (
        Annotated[str, Field(pattern=r"^[0-9]+[smh]$", examples=["1m"])] | None
    ) = None
    """How long a remote task may take to be fetched."""

    pod_template: str | None = None
    """Pod template of all runs, YAML."""

    resolver_type: Literal["bundles", "cluster", "git", "http", "hub"] | None = None
    """The resolver of a reference that names none."""

    service_account: DnsLabel | None = None
    """ServiceAccount of runs."""

    task_run_workspace_binding: str | None = None
    """Volume of workspaces that a TaskRun does not bind, YAML."""

    timeout_minutes: Annotated[int, Field(ge=0)] | None = None
    """How long a run may take; 0: for ever."""


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
        return {f"enable-{kind}-resolver": _text(getattr(self, kind)) for kind in kinds}


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


def _texts(section: Section) -> dict[str, str]:
    entries = section.model_dump(by_alias=True, exclude_none=True)
    return {key: _text(value) for key, value in sorted(entries.items())}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
