"""OpenKruise: the manager, the node daemon and their CRDs, as one Helm release.

Ref: https://github.com/openkruise/charts/tree/kruise-1.8.3/versions/kruise/1.8.3
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from kube.releases import KEPT, release
from kube.resources import KubernetesObject, child_name

NAMESPACE = "kruise-system"
"""Fixed by the chart: the conversion webhook of a CRD and the manager's own rules name it."""

RELEASE = "kruise"

MANAGER = "kruise-controller-manager"
"""Name of the manager's Deployment, whatever the release is called."""


class ManagerArgs(TypedDict):
    """The controller manager, which also serves the webhooks."""

    replicas: int
    """Number of pods."""

    log_level: int
    """Verbosity, 0 to 10."""

    log_format: str
    """`text` or `json`."""

    resources: NotRequired[Mapping[str, Any]]
    """Kubernetes resource requirements; what is left out keeps the chart's value."""


class DaemonArgs(TypedDict):
    """The node daemon. Whether it runs is the feature gate KruiseDaemon."""

    socket_location: str
    """Folder of the container runtime's socket on the nodes; K3s: /run/k3s."""

    socket_file: str
    """Path of the socket below that folder; empty: the usual ones are tried."""

    resources: NotRequired[Mapping[str, Any]]
    """Kubernetes resource requirements; what is left out keeps the chart's value."""


class ReleaseArgs(TypedDict):
    """Where Helm keeps a release."""

    name: str
    """Name of the release."""

    namespace: str
    """Namespace of its records; its objects are in namespaces of their own."""


class OpenKruiseArgs(TypedDict):
    """What OpenKruise is installed from, and how."""

    chart: str
    """Path of the verified chart archive, relative to the project folder."""

    version: str
    """Version of the chart, without a leading v."""

    feature_gates: Mapping[str, bool]
    """The gates to set on manager and daemon; names as the manager knows them."""

    manager: ManagerArgs
    """The controller manager."""

    daemon: DaemonArgs
    """The node daemon."""

    role_list_groups: NotRequired[Sequence[str]]
    """API groups that the manager may list; the chart's default is every group."""

    image_registry: NotRequired[str | None]
    """Registry that serves the images instead of the default one: HOST[:PORT][/PATH]."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespace of the release."""

    timeout_seconds: NotRequired[int]
    """How long an install, upgrade or removal may take, image pulls included; 600 by default."""

    release: NotRequired[ReleaseArgs]
    """Where Helm keeps the release; `kruise` in the namespace of the manager by default."""

    adopt: NotRequired[bool]
    """Helm has installed that release already: take it over, with these values."""


class OpenKruise(pulumi.ComponentResource):
    """OpenKruise, serving.

    True after success: the manager is ready, which means that its webhooks answer; pods can be
    created anywhere. Waits for every object of the release. Destroy asks the chart's guard first:
    it refuses while CloneSets, Advanced StatefulSets or Advanced DaemonSets exist; then nothing of
    it remains, its CRDs and with them all other Kruise objects included.
    """

    summary: Mapping[str, str]
    """What was installed: version, namespace and feature gates as the manager's flag has them."""

    def __init__(
        self, name: str, args: OpenKruiseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the namespace and the release."""
        self.summary = {
            "version": args["version"],
            "namespace": NAMESPACE,
            "featureGates": gates_flag(args["feature_gates"]),
        }
        super().__init__("bootstrap:index:OpenKruise", name, dict(self.summary), opts)

        # The program owns the namespace, not the chart: Helm would refuse one that exists, and a
        # release record elsewhere would put the webhook's private key there. Ref:
        # https://github.com/openkruise/kruise/issues/556
        manifest = namespace_manifest()
        namespace = KubernetesObject(
            child_name(name, manifest), manifest, pulumi.ResourceOptions(parent=self)
        )
        place = args.get("release") or {"name": RELEASE, "namespace": NAMESPACE}
        release(
            name,
            chart=args["chart"],
            name=place["name"],
            namespace=place["namespace"],
            values=chart_values(args),
            timeout_seconds=args.get("timeout_seconds", 600),
            parent=self,
            depends_on=[namespace],
            adopt=args.get("adopt", False),
        )
        self.register_outputs(dict(self.summary))


def namespace_manifest() -> dict[str, Any]:
    """Return the namespace with the two labels without which nothing in it can start."""
    labels = {
        # Exempts the manager's own pods from its webhooks; without it they wait for each other.
        # Ref: https://github.com/openkruise/kruise/issues/1521
        "control-plane": "openkruise",
        # The daemon uses the host's network and the container runtime's socket.
        "pod-security.kubernetes.io/enforce": "privileged",
    }
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": labels, "annotations": KEPT},
    }


def gates_flag(gates: Mapping[str, bool]) -> str:
    """Return the gates as `Name=value,...`, sorted; the templates test for exactly this form."""
    return ",".join(f"{name}={str(gates[name]).lower()}" for name in sorted(gates))


def chart_values(args: OpenKruiseArgs) -> dict[str, Any]:
    """Return the chart's values; what is not set keeps the chart's default."""
    manager, daemon = args["manager"], args["daemon"]
    values: dict[str, Any] = {
        "installation": {"namespace": NAMESPACE, "createNamespace": False},
        "featureGates": gates_flag(args["feature_gates"]),
        "manager": {
            "replicas": manager["replicas"],
            "log": {"level": str(manager["log_level"])},
            "loggingFormat": "" if manager["log_format"] == "text" else manager["log_format"],
        },
        "daemon": {
            "socketLocation": daemon["socket_location"],
            "socketFile": daemon["socket_file"],
        },
    }
    for name, part in (("manager", manager), ("daemon", daemon)):
        resources = {
            kind: amounts for kind, amounts in part.get("resources", {}).items() if amounts
        }
        if resources:
            values[name]["resources"] = resources
    if groups := args.get("role_list_groups"):
        values["installation"]["roleListGroups"] = list(groups)
    if secrets := args.get("pull_secrets"):
        values["imagePullSecrets"] = [{"name": secret} for secret in secrets]
    if registry := args.get("image_registry"):
        # The hook's image too: it is pulled at destroy, when a missing one blocks the removal.
        values["manager"]["image"] = {"repository": f"{registry}/openkruise/kruise-manager"}
        values["helmHooks"] = {"image": {"repository": f"{registry}/openkruise/kruise-helm-hook"}}
    return values
