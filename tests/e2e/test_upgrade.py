"""From the previous pins to the current ones, with the HA variant: all in place, and no way back.

The tests build on each other.
"""

import json
from typing import Any

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
HIGHLY_AVAILABLE = {"highAvailability": True, "config": {"timeout.reconciliation": "60s"}}
OLD: dict[str, dict[str, Any]] = {
    "openKruise": {"version": "1.7.5"},
    "argoCd": {"version": "v3.4.7", **HIGHLY_AVAILABLE},
    "kubeVela": {"version": "1.10.8"},
}
NEW = {"argoCd": HIGHLY_AVAILABLE}
LASTING = ("namespaces,crds,configmaps,secrets,services,statefulsets,deployments", "-A")


WRITTEN = {"configmap/argocd-cm": "accounts.ann", "secret/argocd-secret": "tls.crt"}
"""Entries as Argo CD itself writes them at run time: into what, and the key."""


def write_as_argo_cd(cluster: Cluster) -> None:
    for name, key in WRITTEN.items():
        patch = json.dumps({"data": {key: "bG9naW4="}})
        by = "--field-manager=argocd-server"
        cluster.run("patch", name, "-n", "argocd", "--type=merge", by, "-p", patch)


def data(cluster: Cluster, name: str) -> dict[str, Any]:
    (found,) = cluster.items(name, "-n", "argocd")
    return dict(found["data"])


def updated(done: dict[str, str], unit: str) -> set[str]:
    """Return the kinds of a unit that an operation updated."""
    ours = (urn.split("::")[2] for urn, op in done.items() if op == "update")
    return {token.rpartition(":")[2] for token in ours if f":{unit}$" in token}


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
    write_as_argo_cd(cluster)
    before = cluster.uids(*LASTING)
    entries = {name: data(cluster, name) for name in WRITTEN}

    project.config = {}
    report = project.succeed("up", NEW)

    # Both versions consist of the same objects.
    assert set(report.done.values()) == {"same", "update"}
    assert updated(report.done, "OpenKruise") == {"Release"}
    assert updated(report.done, "ArgoCd") == {
        "CustomResourceDefinition",
        "Deployment",
        "StatefulSet",
    }
    assert {name: data(cluster, name) for name in WRITTEN} == entries
    assert entries["configmap/argocd-cm"]["timeout.reconciliation"] == "60s"
    (kind,) = cluster.items("crd", "appprojects.argoproj.io")
    schema = kind["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert "sourceIntegrity" in schema["properties"]  # new in 3.5
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


def test_the_way_back_is_refused_and_changes_nothing(project: Project, cluster: Cluster) -> None:
    (error,) = project.run("up", OLD).errors

    assert "argoCd.version: v3.4.7 is older than v3.5.1, which is installed" in error
    assert "openKruise.version: 1.7.5 is older than 1.8.3, which is installed" in error
    assert "kubeVela.version: 1.10.8 is older than 1.10.9, which is installed" in error
    assert "quay.io/argoproj/argocd:v3.5.1" in images(cluster, "argocd")


def test_the_way_back_can_be_allowed_for_the_version_that_is_left(project: Project) -> None:
    left = {"openKruise": "1.8.3", "argoCd": "v3.5.1", "kubeVela": "1.10.9"}
    older = {unit: {**OLD[unit], "allowDowngradeOf": version} for unit, version in left.items()}
    report = project.succeed("preview", older)

    assert set(report.done.values()) == {"same", "update"}


def test_the_variant_can_be_changed_and_the_platform_removed(
    project: Project, cluster: Cluster
) -> None:
    project.config = {}
    project.succeed("up", {"argoCd": {"highAvailability": False}})
    assert "argocd-redis-ha-haproxy" not in cluster.uids("deployments", "-n", "argocd")
    assert "argocd-redis" in cluster.uids("deployments", "-n", "argocd")

    project.succeed("destroy")
    assert "argocd" not in cluster.uids("namespaces")
