"""Argo CD: from Git to Healthy, held and released, and away again."""

import json
from typing import Any

import pytest

from tests.live.conftest import ArgoCd, Eventually, Repository
from tests.live.manifests import argo_application, clone_set
from tests.support.engine import Cluster


def state(cluster: Cluster, name: str) -> tuple[Any, Any]:
    """Return an Application's sync status and health."""
    (application,) = cluster.items("application.argoproj.io", name, "-n", "argocd")
    status = application.get("status", {})
    return status.get("sync", {}).get("status"), status.get("health", {}).get("status")


def updated(cluster: Cluster, namespace: str) -> tuple[int, int]:
    """Return how many pods of the CloneSet are available, and how many of them updated."""
    (found,) = cluster.items("cloneset", "hello", "-n", namespace)
    status = found.get("status", {})
    return status.get("availableReplicas", 0), status.get("updatedAvailableReplicas", 0)


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


def test_a_cloneset_that_is_not_available_yet_is_progressing(
    cluster: Cluster, namespace: str, repository: Repository, eventually: Eventually
) -> None:
    """The counterpart: Healthy above is Argo CD's verdict on the CloneSet, not its absence."""
    repository.commit("cloneset.yaml", clone_set(namespace, minReadySeconds=3600))
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    try:
        eventually(lambda: cluster.items("cloneset", "-n", namespace) != [], expected=True)
        seen = set()

        def settled() -> bool:
            seen.add(state(cluster, namespace)[1])
            (found,) = cluster.items("cloneset", "hello", "-n", namespace)
            return bool(found.get("status", {}).get("readyReplicas") == 2)

        eventually(settled, expected=True)
        eventually(lambda: state(cluster, namespace), ("Synced", "Progressing"))
        # Of the built-in check's verdicts on it, Suspended and Degraded, none was ever given.
        assert seen <= {None, "Missing", "Progressing"}
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")


def test_an_update_at_its_partition_ends_the_wait_and_an_action_releases_it(
    argocd: ArgoCd,
    cluster: Cluster,
    namespace: str,
    repository: Repository,
    eventually: Eventually,
) -> None:
    strategy = {"type": "InPlaceIfPossible", "partition": 1}
    first = clone_set(namespace, updateStrategy=strategy)
    repository.commit("cloneset.yaml", first)
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    try:
        eventually(lambda: state(cluster, namespace), ("Synced", "Healthy"))
        repository.commit("cloneset.yaml", first.replace("hello:1", "hello:2"))
        argocd.run("app", "get", namespace, "--refresh")
        eventually(lambda: updated(cluster, namespace), (2, 1))
        # What a pipeline does; the built-in check says Suspended, and this would never end.
        argocd.run("app", "wait", namespace, "--health", "--sync", "--timeout", "60")

        arguments = ("--kind", "CloneSet", "--resource-name", "hello")
        listed = json.loads(
            argocd.run("app", "actions", "list", namespace, *arguments, "-o", "json")
        )
        offered = {action["Action"] for action in listed if not action["Disabled"]}
        assert offered == {"pause", "release-partition"}
        argocd.run("app", "actions", "run", namespace, "release-partition", *arguments)
        eventually(lambda: updated(cluster, namespace), (2, 2))
        eventually(lambda: state(cluster, namespace), ("OutOfSync", "Healthy"))
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
