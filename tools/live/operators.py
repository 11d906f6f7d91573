"""The table of what runs: which container of which workload is which process here.

Flags and environment come from the container as it was installed; this table adds only what differs
for a process on the loopback interface. Flags that come later win. In the texts {name} stands for a
port of that name, {home} for the process's own folder, {plugins} for the sockets of plugins and
{files} for the files of a sidecar's volumes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.live.questions import All, Http, Listening, Question, Redis, Registered, Socket

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADMISSION = "/apis/admissionregistration.k8s.io/v1"


@dataclass(frozen=True)
class Operator:
    """One process that stands in for the pods of one workload."""

    name: str
    binary: str
    """The tool, or a name of `bin/`."""
    namespace: str
    workload: str
    container: str
    ports: tuple[str, ...]
    ready: Question
    kind: str = "deployments"
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict)
    """None takes a variable away."""
    services: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Service -> its port -> the port of the process."""
    needs: tuple[str, ...] = ()
    """Paths of objects without which the process gives up; in a cluster it is then restarted."""
    prepare: tuple[str, ...] = ()
    """What the init container runs: a program of `bin/` and its arguments."""
    sidecar: bool = False
    """A container that the workload may lack, and that its pods do not wait for.

    It runs without a kubeconfig, as its pod has no token, and on the files of its volumes.
    """
    account: bool = False
    """Whether it acts as the ServiceAccount of its pods, not as the administrator: for processes
    whose rights are ours.
    """

    @property
    def identity(self) -> str:
        """How stages.yaml knows the pods that wait for the process."""
        return f"{self.namespace}/{self.container}"


KRUISE = Operator(
    name="kruise-manager",
    binary="kruise-manager",
    namespace="kruise-system",
    workload="kruise-controller-manager",
    container="manager",
    ports=("kruise_webhook", "kruise_health", "kruise_metrics"),
    flags=(
        "--metrics-addr=127.0.0.1:{kruise_metrics}",
        "--health-probe-addr=127.0.0.1:{kruise_health}",
        "--enable-leader-election=false",
        "--enable-pprof=false",
        "--protection-log-path={home}",
    ),
    environment={"WEBHOOK_PORT": "{kruise_webhook}", "WEBHOOK_CERT_DIR": "{home}/certificates"},
    services={"kruise-webhook-service": {443: "kruise_webhook"}},
    needs=(
        f"{_ADMISSION}/mutatingwebhookconfigurations/kruise-mutating-webhook-configuration",
        f"{_ADMISSION}/validatingwebhookconfigurations/kruise-validating-webhook-configuration",
        # The last of its kinds to be served, as a rule.
        "/apis/apps.kruise.io/v1alpha1/imagepulljobs?limit=1",
    ),
    # Its own readiness includes a request to its webhook server.
    ready=Http("kruise_health", "/readyz"),
)

_ARGO_CD: Mapping[str, str | None] = {
    # "In the cluster" is the current context.
    "ARGOCD_FAKE_IN_CLUSTER": "true",
    "ARGOCD_TLS_DATA_PATH": "{home}/tls",
    "ARGOCD_SSH_DATA_PATH": "{home}/ssh",
    "ARGOCD_GPG_ENABLED": "false",
    "ARGOCD_PLUGINSOCKFILEPATH": "{plugins}",
    "ARGOCD_ASK_PASS_SOCK": "{plugins}/.ask-pass.sock",
    "KUBECACHEDIR": "{home}/kubecache",
}
_REDIS = "--redis=127.0.0.1:{redis}"
_REPO_SERVER = ("--repo-server=127.0.0.1:{repo_server}", "--repo-server-plaintext")


def _argo_cd(
    role: str,
    ready: Question,
    ports: tuple[str, ...],
    flags: tuple[str, ...],
    *,
    kind: str = "deployments",
    environment: Mapping[str, str | None] | None = None,
) -> Operator:
    return Operator(
        name=role,
        binary=role,
        namespace="argocd",
        workload=role,
        container=role,
        kind=kind,
        ports=ports,
        flags=flags,
        environment={**_ARGO_CD, **(environment or {})},
        ready=ready,
    )


ARGO_CD = (
    Operator(
        name="argocd-redis",
        binary="redis-server",
        namespace="argocd",
        workload="argocd-redis",
        container="redis",
        ports=("redis",),
        flags=("--bind", "127.0.0.1", "--port", "{redis}"),
        prepare=("argocd", "admin", "redis-initial-password"),
        ready=Redis("redis"),
    ),
    _argo_cd(
        "argocd-repo-server",
        Http("repo_server_metrics", "/healthz?full=true"),
        ("repo_server", "repo_server_metrics"),
        (
            "--address=127.0.0.1",
            "--port={repo_server}",
            "--metrics-address=127.0.0.1",
            "--metrics-port={repo_server_metrics}",
            "--disable-tls",
            _REDIS,
        ),
        environment={
            "HELM_CACHE_HOME": "{home}/helm",
            "HELM_CONFIG_HOME": "{home}/helm",
            "HELM_DATA_HOME": "{home}/helm",
        },
    ),
    _argo_cd(
        "argocd-server",
        Http("argocd_server", "/healthz?full=true"),
        ("argocd_server", "argocd_server_metrics", "argocd_dex"),
        (
            "--address=127.0.0.1",
            "--port={argocd_server}",
            "--metrics-address=127.0.0.1",
            "--metrics-port={argocd_server_metrics}",
            "--insecure",
            "--dex-server=http://127.0.0.1:{argocd_dex}",
            *_REPO_SERVER,
            _REDIS,
        ),
    ),
    _argo_cd(
        "argocd-application-controller",
        Http("application_controller", "/healthz"),
        ("application_controller",),
        ("--metrics-port={application_controller}", *_REPO_SERVER, _REDIS),
        kind="statefulsets",
        # The number at the end says which share of the clusters is its own.
        environment={"HOSTNAME": "argocd-application-controller-0"},
    ),
    _argo_cd(
        "argocd-applicationset-controller",
        Http("applicationset_metrics", "/metrics"),
        ("applicationset_metrics", "applicationset_probe", "applicationset_webhook"),
        (
            "--metrics-addr=127.0.0.1:{applicationset_metrics}",
            "--probe-addr=127.0.0.1:{applicationset_probe}",
            "--webhook-addr=127.0.0.1:{applicationset_webhook}",
            "--argocd-repo-server=127.0.0.1:{repo_server}",
            "--repo-server-plaintext",
        ),
    ),
)

PLUGIN = Operator(
    name="argocd-cmp-server",
    binary="argocd-cmp-server",
    namespace="argocd",
    workload="argocd-repo-server",
    container="vela",
    ports=(),
    flags=("--config-dir-path={files}/home/argocd/cmp-server/config",),
    environment={**_ARGO_CD, "ARGOCD_CMP_WORKDIR": "{home}/work"},
    ready=Socket("vela.sock"),
    sidecar=True,
)


def _tekton(
    name: str,
    container: str,
    ready: Question,
    port: str,
    *,
    service: str | None = None,
    probe: str = "probes/readiness",
    flags: tuple[str, ...] = ("-disable-ha",),
) -> Operator:
    asked, _, path = probe.partition("/")
    return Operator(
        name=name,
        binary=name,
        namespace="tekton-pipelines",
        workload=name if "triggers" in name else name.replace("tekton-", "tekton-pipelines-"),
        container=container,
        ports=(f"{port}_probes", f"{port}_metrics", f"{port}_profiling", f"{port}_webhook"),
        flags=flags,
        environment={
            "PROBES_PORT": f"{{{port}_probes}}",
            "WEBHOOK_PORT": f"{{{port}_webhook}}",
            "METRICS_PROMETHEUS_HOST": "127.0.0.1",
            "METRICS_PROMETHEUS_PORT": f"{{{port}_metrics}}",
            "PROFILING_PORT": f"{{{port}_profiling}}",
            # Paths of the image.
            "SSL_CERT_FILE": None,
            "SSL_CERT_DIR": None,
        },
        services={service: {443: f"{port}_webhook"}} if service else {},
        ready=All((Http(f"{port}_{asked}", f"/{path}"), ready)),
    )


_TEKTON_VALIDATION = "validatingwebhookconfigurations/validation.webhook.pipeline.tekton.dev"
_TRIGGERS_VALIDATION = "validatingwebhookconfigurations/validation.webhook.triggers.tekton.dev"

TEKTON = (
    _tekton(
        "tekton-webhook",
        "webhook",
        # Its probe says yes from the start.
        Registered(f"{_ADMISSION}/{_TEKTON_VALIDATION}"),
        "tekton_webhook",
        service="tekton-pipelines-webhook",
    ),
    _tekton(
        "tekton-controller",
        "tekton-pipelines-controller",
        Http("tekton_controller_metrics", "/metrics"),
        "tekton_controller",
    ),
    _tekton(
        "tekton-triggers-webhook",
        "webhook",
        Registered(f"{_ADMISSION}/{_TRIGGERS_VALIDATION}"),
        "triggers_webhook",
        service="tekton-triggers-webhook",
        probe="metrics/metrics",
        flags=(),
    ),
    _tekton(
        "tekton-triggers-controller",
        "tekton-triggers-controller",
        Http("triggers_controller_metrics", "/metrics"),
        "triggers_controller",
        probe="metrics/metrics",
        # It does not know the flag against leader election.
        flags=(),
    ),
    Operator(
        name="tekton-triggers-interceptors",
        binary="tekton-triggers-interceptors",
        namespace="tekton-pipelines",
        workload="tekton-triggers-core-interceptors",
        container="tekton-triggers-core-interceptors",
        ports=("interceptors",),
        environment={"HTTPS_PORT": "{interceptors}"},
        services={"tekton-triggers-core-interceptors": {8443: "interceptors"}},
        ready=Listening("interceptors"),
    ),
)


def _listener(application: str) -> Operator:
    """Return the listener of a delivery, whose Deployment the controller of Triggers makes."""
    port = f"{application}_listener"
    return Operator(
        name=f"el-{application}-push",
        binary="tekton-triggers-sink",
        namespace=f"{application}-delivery",
        workload=f"el-{application}-push",
        container="event-listener",
        ports=(port, f"{port}_metrics", f"{port}_profiling"),
        flags=(f"--port={{{port}}}",),
        environment={
            "INTERCEPTORS": "127.0.0.1:{interceptors}",
            "METRICS_PROMETHEUS_HOST": "127.0.0.1",
            "METRICS_PROMETHEUS_PORT": f"{{{port}_metrics}}",
            "PROFILING_PORT": f"{{{port}_profiling}}",
        },
        services={f"el-{application}-push": {8080: port}},
        ready=Http(port, "/live"),
        account=True,
    )


LISTENERS = (_listener("helloworld"), _listener("shop"))
"""Those of the deliveries in Pulumi.live.yaml: `shop` builds its image first."""

KUBE_VELA = Operator(
    name="vela-core",
    binary="vela-core",
    namespace="vela-system",
    workload="kubevela-vela-core",
    container="kubevela",
    ports=("vela_metrics", "vela_health"),
    flags=(
        "--metrics-addr=127.0.0.1:{vela_metrics}",
        "--health-addr=127.0.0.1:{vela_health}",
        "--enable-leader-election=false",
    ),
    ready=Http("vela_health", "/readyz"),
)

OPERATORS = (KRUISE, *ARGO_CD, PLUGIN, *TEKTON, *LISTENERS, KUBE_VELA)

PORTS = tuple(port for operator in OPERATORS for port in operator.ports)

_TEKTON_TOOLS = (*(operator.binary for operator in TEKTON), "tekton-triggers-sink")
_BUILT = ("kruise-manager", "argocd", *_TEKTON_TOOLS, "vela-core", "vela")
TOOLS = (*_BUILT, "cel-eval", "helm", "kubectl", "kustomize")
