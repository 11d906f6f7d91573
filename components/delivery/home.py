"""The namespace of a delivery and what stands in it: pure functions."""

from typing import Any

from components.delivery.args import DeliveryArgs, ServerArgs
from components.delivery.pipeline import CREDENTIALS, account_name
from upstream import manifests as m
from upstream.manifests import Manifest

_DNS = {
    # Where cluster DNS is cached on each node, it has this address and no pod to select.
    "to": [{"namespaceSelector": {}}, {"ipBlock": {"cidr": "169.254.20.10/32"}}],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
_SERVER_POD_PORT = 8080
"""Port of the server's pods: a policy sees the packet after the Service was resolved."""


def namespace(args: DeliveryArgs) -> Manifest:
    """Return the namespace, in which only pods run that Pod Security `restricted` lets pass."""
    levels = ("enforce", "audit", "warn")
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": args["namespace"],
            "labels": {f"pod-security.kubernetes.io/{level}": "restricted" for level in levels},
        },
    }


def account(args: DeliveryArgs) -> Manifest:
    """Return the ServiceAccount of the runs: no rights, no token, no Secret but to pull images."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": account_name(args), "namespace": args["namespace"]},
        "automountServiceAccountToken": False,
        "imagePullSecrets": [{"name": name} for name in args.get("pull_secrets") or ()],
    }


def credentials(args: DeliveryArgs) -> Manifest:
    """Return the Secret with server, token and, where one is given, certificate."""
    server = args["server"]
    entries = {
        "ARGOCD_SERVER": server["address"],
        "ARGOCD_AUTH_TOKEN": args["auth_token"],
        "ca.crt": server.get("ca") or "",
    }
    given = {key: value for key, value in entries.items() if value}
    (secret,) = m.in_namespace([m.opaque_secret(CREDENTIALS, given)], args["namespace"])
    return secret


def network_policies(args: DeliveryArgs) -> list[Manifest]:
    """Return the policies: nothing at all, and from a run's pod to names and to Argo CD."""
    return [
        policy(args, "nothing", {}, {"policyTypes": ["Ingress", "Egress"]}),
        policy(
            args,
            "runs",
            {"matchLabels": {"tekton.dev/pipeline": f"{args['application']}-pipeline"}},
            {"policyTypes": ["Egress"], "egress": [_DNS, _to_server(args["server"])]},
        ),
    ]


def policy(
    args: DeliveryArgs, name: str, selector: dict[str, Any], rules: dict[str, Any]
) -> Manifest:
    """Return a NetworkPolicy of the namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": args["namespace"]},
        "spec": {"podSelector": selector, **rules},
    }


def dns() -> dict[str, Any]:
    """Return the rule that lets names be resolved."""
    return _DNS


def _to_server(server: ServerArgs) -> dict[str, Any]:
    if home := server.get("namespace"):
        pods = {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": home}},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "argocd-server"}},
        }
        return {"to": [pods], "ports": [{"protocol": "TCP", "port": _SERVER_POD_PORT}]}
    # Elsewhere it has a name only, which a policy cannot hold.
    port = int(server["address"].rpartition(":")[2])
    return {"ports": [{"protocol": "TCP", "port": port}]}
