"""Whether upstream tests a unit with the version of Kubernetes that a cluster has."""

import re

from kube.cluster import Cluster
from upstream.versions import Product


def warning(name: str, product: Product, cluster: Cluster) -> str | None:
    """Return what to say of a cluster that is newer than what upstream tests with, or None.

    Raises ClusterError when the cluster does not answer.
    """
    found = str((cluster.get("/version") or {}).get("gitVersion", ""))
    version = re.match(r"v(\d+)\.(\d+)", found)
    if product.kubernetes is None or version is None:
        return None
    newest = tuple(map(int, product.kubernetes.split(".")))
    if (int(version[1]), int(version[2])) <= newest:
        return None
    return (
        f"the cluster has Kubernetes {found}; upstream tests {name} up to {product.kubernetes}. "
        "It is installed all the same"
    )
