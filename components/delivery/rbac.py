"""Rights of one account. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from kube.manifests import Manifest

_API = "rbac.authorization.k8s.io/v1"
_GROUP = "rbac.authorization.k8s.io"


def role(
    name: str, namespace: str, rules: Sequence[Mapping[str, Any]], subject: Mapping[str, str]
) -> list[Manifest]:
    """Return a Role and its binding."""
    return _pair("Role", {"name": name, "namespace": namespace}, rules, subject)


def cluster_role(
    name: str, rules: Sequence[Mapping[str, Any]], subject: Mapping[str, str]
) -> list[Manifest]:
    """Return a ClusterRole and its binding."""
    return _pair("ClusterRole", {"name": name}, rules, subject)


def _pair(
    kind: str,
    metadata: Mapping[str, str],
    rules: Sequence[Mapping[str, Any]],
    subject: Mapping[str, str],
) -> list[Manifest]:
    reference = {"apiGroup": _GROUP, "kind": kind, "name": metadata["name"]}
    return [
        {"apiVersion": _API, "kind": kind, "metadata": dict(metadata), "rules": list(rules)},
        {
            "apiVersion": _API,
            "kind": f"{kind}Binding",
            "metadata": dict(metadata),
            "roleRef": reference,
            "subjects": [dict(subject)],
        },
    ]
