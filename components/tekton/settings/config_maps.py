"""What stands in the ConfigMaps of Tekton Pipelines, under its own names."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from settings.base import Section
from settings.fields import DnsLabel


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


def _texts(section: Section) -> dict[str, str]:
    entries = section.model_dump(by_alias=True, exclude_none=True)
    return {key: text(value) for key, value in sorted(entries.items())}


def text(value: object) -> str:
    """Return a value as a ConfigMap has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
