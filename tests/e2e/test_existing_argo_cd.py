"""Health checks on an Argo CD that somebody else owns. The tests build on each other."""

import json
from typing import Any

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

STACK = "dev"
EXISTING: dict[str, Any] = {
    "openKruise": {"enabled": False},
    "argoCd": {"mode": "existing", "namespace": "gitops"},
}
HEALTH = "resource.customizations.health.apps.kruise.io_CloneSet"
FOREIGN = {"url": "https://gitops.example.org", "resource.exclusions": "- kinds: [Lease]\n"}
"""What the owner of that Argo CD configured."""

REPLACED = {HEALTH: 'return {status = "Healthy"}'}
"""An entry of the owner's that ours takes the place of."""


@pytest.fixture(scope="module")
def uid(cluster: Cluster) -> str:
    """Return the identity of an argocd-cm made by hand."""
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "argocd-cm",
            "namespace": "gitops",
            "labels": {"app.kubernetes.io/part-of": "argocd"},
        },
        "data": FOREIGN | REPLACED,
    }
    cluster.run("create", "namespace", "gitops")
    cluster.run("apply", "-f", "-", stdin=json.dumps(manifest))
    return str(argocd_cm(cluster)["metadata"]["uid"])


def argocd_cm(cluster: Cluster) -> dict[str, Any]:
    (found,) = cluster.items("configmap", "argocd-cm", "-n", "gitops")
    return found


def test_up_adds_its_entries_and_registers_nothing_of_argo_cd(
    project: Project, cluster: Cluster, uid: str
) -> None:
    report = project.succeed("up", EXISTING)

    found = argocd_cm(cluster)
    assert list(report.done.values()) == ["create"]
    assert next(iter(report.done)).endswith("::health-checks-configmap-argocd-cm")
    assert found["metadata"]["uid"] == uid
    assert found["data"].items() >= FOREIGN.items()
    assert "PARTITION_HOLD" in found["data"][HEALTH]
    assert set(found["metadata"]["labels"]) == {"app.kubernetes.io/part-of"}


def test_what_the_owner_changes_meanwhile_stays(project: Project, cluster: Cluster) -> None:
    FOREIGN["timeout.reconciliation"] = "60s"
    patch = json.dumps({"data": {"timeout.reconciliation": "60s"}})
    cluster.run("patch", "configmap", "argocd-cm", "-n", "gitops", "-p", patch)
    project.succeed("refresh")

    assert set(project.succeed("up").done.values()) == {"same"}
    assert argocd_cm(cluster)["data"].items() >= FOREIGN.items()


def test_a_setting_is_changed_in_place(project: Project, cluster: Cluster, uid: str) -> None:
    kinds = {"apps.kruise.io/DaemonSet": False}
    checks = {"partitionHold": "suspended", "kinds": kinds}
    report = project.succeed("up", EXISTING | {"healthChecks": checks})

    found = argocd_cm(cluster)
    assert list(report.done.values()) == ["update"]
    assert 'PARTITION_HOLD = "suspended"' in found["data"][HEALTH]
    assert "resource.customizations.health.apps.kruise.io_DaemonSet" not in found["data"]
    assert found["metadata"]["uid"] == uid
    assert found["data"].items() >= FOREIGN.items()


def test_destroy_leaves_what_others_own(project: Project, cluster: Cluster, uid: str) -> None:
    project.succeed("destroy")

    found = argocd_cm(cluster)
    assert found["metadata"]["uid"] == uid
    assert found["data"] == FOREIGN
    assert not [name for name in found["metadata"]["annotations"] if "pulumi" in name]
