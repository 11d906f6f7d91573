"""The simulated nodes, and when the sandbox is ready for the first deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tools.sandbox.client import Client

NAMES = ("node-0", "node-1", "node-2")

_NODES = "/api/v1/nodes"
_ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"
_SIZE = {"cpu": "32", "memory": "256Gi", "pods": "110"}


def manifest(name: str) -> dict[str, Any]:
    """Return the node as `kwokctl scale node` would make it, which takes longer to start."""
    index = NAMES.index(name)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
            "labels": {
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/role": "agent",
                "node-role.kubernetes.io/agent": "",
                "type": "kwok",
            },
        },
        "spec": {"podCIDR": f"10.0.{index}.0/24", "podCIDRs": [f"10.0.{index}.0/24"]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": f"192.0.2.{index + 1}"}],
            "allocatable": _SIZE,
            "capacity": _SIZE,
            "nodeInfo": {"architecture": "amd64", "operatingSystem": "linux"},
        },
    }


def create(client: Client) -> bool:
    """Create the nodes that do not exist; whether all exist now."""
    return all(client.create(_NODES, manifest(name)) for name in NAMES)


def readiness(client: Client) -> dict[str, bool]:
    """Return each node's name and whether it is Ready."""
    listed = client.get(_NODES) or {"items": []}
    return {node["metadata"]["name"]: _is_ready(node) for node in listed["items"]}


class Lack(NamedTuple):
    """What a first deployment would miss."""

    what: str
    component: str
    """Whose task it is."""


def lacking(client: Client) -> Lack | None:
    """Return what a first deployment would still miss, or None."""
    if client.get("/readyz") != "ok":
        return Lack("the API server is not ready", "kube-apiserver")
    nodes = readiness(client)
    if not all(nodes.get(name) for name in NAMES):
        ready = sum(nodes.get(name, False) for name in NAMES)
        return Lack(f"nodes Ready: {ready} of {len(NAMES)}", "kwok-controller")
    if client.get(_ACCOUNT) is None:
        # Pods are refused until their account exists.
        what = 'the namespace "default" has no ServiceAccount "default"'
        return Lack(what, "kube-controller-manager")
    return None


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
