"""From the previous pins to the current ones, with the HA variant: all in place."""

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
HIGHLY_AVAILABLE = {"highAvailability": True}
OLD = {
    "openKruise": {"version": "1.7.5"},
    "argoCd": {"version": "v3.4.7", **HIGHLY_AVAILABLE},
    "kubeVela": {"version": "1.10.8"},
}
NEW = {"argoCd": HIGHLY_AVAILABLE}
LASTING = ("namespaces,crds,configmaps,secrets,services,statefulsets,deployments", "-A")


def images(cluster: Cluster, namespace: str) -> set[str]:
    pods = (o["spec"]["template"]["spec"] for o in cluster.items("deployments", "-n", namespace))
    return {container["image"] for pod in pods for container in pod["containers"]}


def test_an_upgrade_of_all_units_replaces_and_deletes_nothing(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up", OLD)
    assert "quay.io/argoproj/argocd:v3.4.7" in images(cluster, "argocd")
    assert images(cluster, "kruise-system") == {"openkruise/kruise-manager:v1.7.5"}
    assert images(cluster, "vela-system") == {"oamdev/vela-core:v1.10.8"}
    before = cluster.uids(*LASTING)

    project.config = {}
    report = project.succeed("up", NEW)

    assert set(report.done.values()) <= {"create", "same", "update"}
    # Every pod is a new one: on three nodes an upgrade of the HA variant can get stuck half-way.
    cluster.run("rollout", "status", "deployment", "-n", "argocd", "--timeout=50s")
    assert "quay.io/argoproj/argocd:v3.5.1" in images(cluster, "argocd")
    assert images(cluster, "kruise-system") == {"openkruise/kruise-manager:v1.8.3"}
    assert images(cluster, "vela-system") == {"oamdev/vela-core:v1.10.9"}
    after = cluster.uids(*LASTING)
    # Helm keeps a Secret for each of its revisions.
    kept = {name: uid for name, uid in before.items() if not name.startswith("sh.helm.release.")}
    assert kept.items() <= after.items()


def test_after_an_upgrade_nothing_is_left_to_do(project: Project) -> None:
    report = project.succeed("up")

    assert set(report.done.values()) == {"same"}


def test_the_variant_can_be_changed_and_the_platform_removed(
    project: Project, cluster: Cluster
) -> None:
    project.config = {}
    project.succeed("up", {"argoCd": {"highAvailability": False}})
    assert "argocd-redis-ha-haproxy" not in cluster.uids("deployments", "-n", "argocd")
    assert "argocd-redis" in cluster.uids("deployments", "-n", "argocd")

    project.succeed("destroy")
    assert "argocd" not in cluster.uids("namespaces")
