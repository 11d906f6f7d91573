"""Health checks on an Argo CD that somebody else owns. The tests build on each other."""

import json
from typing import Any

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
EXISTING: dict[str, Any] = {
    "kubeVela": {"enabled": False},
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
    image = "quay.io/argoproj/argocd:v3.4.7"
    cluster.run("create", "deployment", "argocd-server", "-n", "gitops", f"--image={image}")
    return str(argocd_cm(cluster)["metadata"]["uid"])


def with_version(cluster: Cluster, tag: str) -> None:
    """Have another version of that Argo CD run."""
    image = f"argocd=quay.io/argoproj/argocd:{tag}"
    cluster.run("set", "image", "deployment/argocd-server", image, "-n", "gitops")


def argocd_cm(cluster: Cluster) -> dict[str, Any]:
    (found,) = cluster.items("configmap", "argocd-cm", "-n", "gitops")
    return found


@pytest.mark.usefixtures("uid")
def test_an_argo_cd_that_is_not_there_is_refused(project: Project, cluster: Cluster) -> None:
    (error,) = project.run("up", {**EXISTING, "argoCd": {"mode": "existing"}}).errors

    assert "argoCd.namespace: there is no argocd-cm in namespace argocd" in error
    assert "argocd" not in cluster.uids("namespaces")


def test_a_version_that_does_not_understand_the_entries_is_refused(
    project: Project, cluster: Cluster, uid: str
) -> None:
    with_version(cluster, "v2.12.6")
    (error,) = project.run("up", EXISTING).errors

    assert "healthChecks.actions: not possible on Argo CD v2.12.6, which runs there" in error
    assert argocd_cm(cluster)["data"] == FOREIGN | REPLACED
    assert argocd_cm(cluster)["metadata"]["uid"] == uid
    with_version(cluster, "v3.4.7")


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


def test_a_version_that_is_stated_and_does_not_run_is_said(project: Project) -> None:
    argo = {**EXISTING["argoCd"], "version": "v3.5.1"}
    report = project.succeed("preview", {**EXISTING, "argoCd": argo})

    assert set(report.done.values()) == {"same"}
    assert any("Argo CD v3.4.7 runs in namespace gitops" in line for line in project.lines)
    project.config = EXISTING


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
