"""Argo CD: from Git to Healthy, and away again."""

import json
from typing import Any

import pytest

from tests.live.conftest import Eventually, Repository
from tests.live.manifests import argo_application, clone_set
from tests.support.engine import Cluster


def state(cluster: Cluster, name: str) -> tuple[Any, Any]:
    """Return an Application's sync status and health."""
    (application,) = cluster.items("application.argoproj.io", name, "-n", "argocd")
    status = application.get("status", {})
    return status.get("sync", {}).get("status"), status.get("health", {}).get("status")


def test_a_cloneset_from_git_becomes_healthy_and_goes_with_its_application(
    cluster: Cluster, namespace: str, repository: Repository, eventually: Eventually
) -> None:
    repository.commit("cloneset.yaml", clone_set(namespace))
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    try:
        eventually(lambda: state(cluster, namespace), ("Synced", "Healthy"))
        (found,) = cluster.items("cloneset", "hello", "-n", namespace)
        assert found["status"]["readyReplicas"] == 2
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")
    eventually(lambda: cluster.items("cloneset", "-n", namespace), [])


def test_a_cloneset_that_is_not_available_yet_is_not_healthy(
    cluster: Cluster, namespace: str, repository: Repository, eventually: Eventually
) -> None:
    """The counterpart: Healthy above is Argo CD's verdict on the CloneSet, not its absence."""
    repository.commit("cloneset.yaml", clone_set(namespace, minReadySeconds=3600))
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    try:
        # Its verdict changes from one to the other while nothing changes.
        verdicts = [("Synced", "Progressing"), ("Synced", "Suspended")]
        eventually(lambda: state(cluster, namespace) in verdicts, expected=True)
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")


GREETING = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "greeting"}}
KUSTOMIZATION = {"resources": ["greeting.json"], "namePrefix": "kustomized-"}
CHART = {"apiVersion": "v2", "name": "rendered", "version": "1.0.0"}


@pytest.mark.parametrize(
    "files, name",
    [
        ({"greeting.json": GREETING, "kustomization.yaml": KUSTOMIZATION}, "kustomized-greeting"),
        ({"templates/greeting.yaml": GREETING, "Chart.yaml": CHART}, "greeting"),
    ],
    ids=["kustomize", "helm"],
)
def test_the_repo_server_renders_with_the_tools_of_its_image(
    *,
    cluster: Cluster,
    namespace: str,
    repository: Repository,
    eventually: Eventually,
    files: dict[str, dict[str, Any]],
    name: str,
) -> None:
    for file, content in files.items():
        repository.commit(file, json.dumps(content))
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    try:
        eventually(lambda: state(cluster, namespace), ("Synced", "Healthy"))
        assert name in cluster.uids("configmap", "-n", namespace)
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")
