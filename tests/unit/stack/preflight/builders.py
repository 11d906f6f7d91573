"""Small plans, and what a cluster answers about them."""

import base64
import gzip
import json
from typing import Any

from kube.cluster import Answer, Cluster
from kube.identity import Identity
from kube.manifests import Manifest
from stack.plan import PlannedRelease, PlannedUnit
from tests.support.fake_api import FakeApi

MANAGER = Identity("apps", "Deployment", "kruise-system", "kruise-controller-manager")
VALUES = {"manager": {"replicas": 2}}
PLACE = PlannedRelease("kruise-system", "kruise", MANAGER, VALUES, "openKruise.release")


def deployment(name: str = "argocd-server", image: str = "quay.io/argoproj/argocd:v3.5.1") -> Any:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {"template": {"spec": {"containers": [{"name": "server", "image": image}]}}},
    }


def config_map(name: str) -> Manifest:
    metadata = {"name": name, "namespace": "argocd"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}


def argo_cd(*objects: Manifest, version: str = "v3.5.1", **more: Any) -> PlannedUnit:
    where = "/apis/apps/v1/namespaces/argocd/deployments/argocd-server"
    return PlannedUnit("argoCd", version, objects, version_in=where, **more)


def kruise(gates: str = "TemplateNoDefaults=true", **more: Any) -> PlannedUnit:
    return PlannedUnit("openKruise", "1.8.3", [], release=PLACE, feature_gates=gates, **more)


def made_by(manager: str, annotations: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """Return metadata as the API server keeps them."""
    return {
        "managedFields": [{"manager": manager}],
        "annotations": annotations or {},
        **more,
    }


class Standing:
    """A cluster in which some objects are."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        kinds = {"ConfigMap": "configmaps", "Namespace": "namespaces", "Secret": "secrets"}
        api.knows("/api/v1", **kinds)
        api.knows("/apis/apps/v1", Deployment="deployments")

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.api.send)

    def has(self, collection: str, **metadata: dict[str, Any]) -> None:
        """Have objects in a collection, by name with `-` spelt `_`."""
        items = [{"metadata": {"name": n.replace("_", "-"), **m}} for n, m in metadata.items()]
        self.api.has(collection, {"items": items})

    def answers_apply(self, path: str, *, force: bool, answer: Answer) -> None:
        """Answer the dry run of an apply."""
        query = f"dryRun=All&fieldManager=gitops-bootstrap-preflight&force={str(force).lower()}"
        self.api.answers[f"{path}?{query}"] = answer


def record_of(chart: str, version: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return the Secret in which Helm keeps a release."""
    content = {"chart": {"metadata": {"name": chart, "version": version}}, "config": config}
    packed = base64.b64encode(gzip.compress(json.dumps(content).encode()))
    return {"data": {"release": base64.b64encode(packed).decode()}}
