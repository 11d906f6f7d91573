"""Small states and what a cluster answers about them."""

from collections.abc import Mapping
from typing import Any

PREFIX = "urn:pulumi:dev::gitops-bootstrap::"
ARGO_CD = f"{PREFIX}bootstrap:index:ArgoCd::argo-cd"
KRUISE = f"{PREFIX}bootstrap:index:OpenKruise::open-kruise"
DEPLOYMENTS = "/apis/apps/v1/deployments"


def component(urn: str, **outputs: str) -> dict[str, Any]:
    return {"urn": urn, "type": urn.split("::")[2], "outputs": outputs}


def child(parent: str, token: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    urn = f"{parent.rpartition('::')[0]}${token}::child"
    return {"urn": urn, "type": token, "parent": parent, "outputs": dict(outputs)}


def server(parent: str = ARGO_CD) -> dict[str, Any]:
    metadata = {"name": "server", "namespace": "argocd"}
    outputs = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}
    return child(parent, "kubernetes:apps/v1:Deployment", outputs)


def live(name: str = "argocd/server", *, ready: int = 2, **more: Any) -> dict[str, Any]:
    """Return a Deployment of two pods as a list has it: without its kind."""
    namespace, _, own = name.partition("/")
    status = {"readyReplicas": ready, "updatedReplicas": 2, "observedGeneration": 3}
    return {
        "metadata": {
            "name": own,
            "namespace": namespace,
            "generation": 3,
            "annotations": more.pop("annotations", {}),
        },
        "spec": {"replicas": 2},
        "status": {**status, **more},
    }
