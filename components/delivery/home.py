"""The namespace of a delivery and what stands in it: pure functions."""

from collections.abc import Mapping
from typing import Any

from components.delivery.args import DeliveryArgs, ServerArgs
from components.delivery.pipeline import CREDENTIALS, pipeline_name
from kube import manifests as m
from kube.manifests import Manifest

_DNS = {
    # Where cluster DNS is cached on each node, it has this address and no pod to select.
    "to": [{"namespaceSelector": {}}, {"ipBlock": {"cidr": "169.254.20.10/32"}}],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
_SERVER_POD_PORT = 8080
"""Port of the server's pods: a policy sees the packet after the Service was resolved."""


def namespace(name: str, level: str = "restricted") -> Manifest:
    """Return a namespace, in which only pods run that a level of Pod Security lets pass."""
    modes = ("enforce", "audit", "warn")
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {f"pod-security.kubernetes.io/{mode}": level for mode in modes},
        },
    }


def account(args: DeliveryArgs, namespace: str, name: str) -> Manifest:
    """Return the ServiceAccount of runs: no rights, no token, no Secret but to pull images."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
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
    return secret(args["namespace"], CREDENTIALS, given)


def secret(namespace: str, name: str, entries: Mapping[str, str]) -> Manifest:
    """Return a Secret of a namespace."""
    (made,) = m.in_namespace([m.opaque_secret(name, entries)], namespace)
    return made


def network_policies(args: DeliveryArgs) -> list[Manifest]:
    """Return the policies: nothing at all, and from a run's pod to names and to Argo CD."""
    here = args["namespace"]
    return [
        nothing(here),
        policy(
            here,
            "runs",
            {"matchLabels": {"tekton.dev/pipeline": pipeline_name(args)}},
            {"policyTypes": ["Egress"], "egress": [_DNS, _to_server(args["server"])]},
        ),
    ]


def nothing(namespace: str) -> Manifest:
    """Return the policy by which nothing comes in and nothing goes out."""
    return policy(namespace, "nothing", {}, {"policyTypes": ["Ingress", "Egress"]})


def policy(namespace: str, name: str, selector: dict[str, Any], rules: dict[str, Any]) -> Manifest:
    """Return a NetworkPolicy of a namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
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
