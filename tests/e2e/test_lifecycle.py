"""The platform over its life, with the real engine. The tests build on each other."""

from collections.abc import Iterable

import pytest

from tests.support.engine import Cluster, Project, without_cluster

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
NEW_GATE = {"openKruise": {"featureGates": {"CloneSetShortHash": True}}}
NEW_ENTRY = {"argoCd": {"config": {"timeout.reconciliation": "60s"}}}
NEW_VERDICT = {"healthChecks": {"partitionHold": "suspended"}}
"""One setting of each unit, to be changed in place."""

NO_CHECKS = {"healthChecks": {"enabled": False}}
CUSTOMIZATIONS = "resource.customizations."
HEALTH = f"{CUSTOMIZATIONS}health.apps.kruise.io_CloneSet"

OURS = ("argo", "kruise")
"""What the names of cluster-scoped objects of the platform contain."""


def named(report_done: dict[str, str], operation: str) -> set[str]:
    return {urn.split("::")[-1] for urn, op in report_done.items() if op == operation}


def ours(names: Iterable[str]) -> set[str]:
    return {name for name in names if any(word in name for word in OURS)}


def test_a_preview_on_an_empty_cluster_creates_everything_without_a_warning(
    project: Project,
) -> None:
    report = project.succeed("preview")

    assert set(report.done.values()) == {"create"}
    assert not [line for line in project.lines if line.startswith("warning")]


def test_up_makes_every_workload_ready(project: Project, cluster: Cluster) -> None:
    report = project.succeed("up")

    assert set(report.done.values()) == {"create"}
    workloads = cluster.items("deployments,statefulsets", "-A")
    assert len(workloads) == 8  # seven of Argo CD, one of Kruise
    for workload in workloads:
        assert workload["status"].get("readyReplicas") == workload["spec"]["replicas"]


def test_a_second_up_changes_nothing(project: Project) -> None:
    report = project.succeed("up")

    assert set(report.done.values()) == {"same"}


def test_a_preview_with_no_cluster_shows_nothing_where_nothing_changed(project: Project) -> None:
    offline = without_cluster(project)
    report = offline.succeed("preview")

    assert set(report.done.values()) == {"same"}
    assert not [line for line in offline.lines if line.startswith("warning")]


def test_a_preview_with_no_cluster_shows_exactly_what_a_setting_changes(project: Project) -> None:
    offline = without_cluster(project)
    report = offline.succeed("preview", NEW_GATE | NEW_ENTRY | NEW_VERDICT)

    assert named(report.done, "update") == {
        "open-kruise-release-kruise",
        "argo-cd-configmap-argocd-cm",
        # They have the entry in their environment, which never changes while a pod runs.
        "argo-cd-deployment-argocd-repo-server",
        "argo-cd-statefulset-argocd-application-controller",
    }
    assert set(report.done.values()) == {"same", "update"}


def test_a_gate_an_entry_and_a_verdict_are_changed_in_place(
    project: Project, cluster: Cluster
) -> None:
    lasting = ("namespaces,crds,configmaps", "-A")
    before = cluster.uids(*lasting)
    report = project.succeed("up", NEW_GATE | NEW_ENTRY | NEW_VERDICT)

    assert set(report.done.values()) == {"same", "update"}
    assert cluster.uids(*lasting) == before
    (manager,) = cluster.items("deployments", "-n", "kruise-system")
    (container,) = manager["spec"]["template"]["spec"]["containers"]
    gates = "CloneSetShortHash=true,ImagePullJobGate=true,TemplateNoDefaults=true"
    assert f"--feature-gates={gates}" in container["args"]
    (config,) = cluster.items("configmap", "argocd-cm", "-n", "argocd")
    assert config["data"]["timeout.reconciliation"] == "60s"
    assert 'PARTITION_HOLD = "suspended"' in config["data"][HEALTH]
    exclusions = config["data"]["resource.exclusions"]
    assert "EndpointSlice" in exclusions  # the release's own
    assert "NodeImage" in exclusions


def test_after_a_change_there_is_nothing_to_do(project: Project) -> None:
    assert set(project.succeed("preview").done.values()) == {"same"}


def test_a_setting_that_is_taken_back_leaves_the_live_object(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up", NO_CHECKS)

    (config,) = cluster.items("configmap", "argocd-cm", "-n", "argocd")
    assert "timeout.reconciliation" not in config["data"]
    left = {name for name in config["data"] if name.startswith(CUSTOMIZATIONS)}
    assert left
    assert {name for name in left if "ignoreResourceUpdates" not in name} == set()
    assert "NodeImage" not in config["data"]["resource.exclusions"]


def test_a_hand_made_change_is_seen_and_repaired(project: Project, cluster: Cluster) -> None:
    patch = '{"spec": {"replicas": 3}}'
    cluster.run("patch", "deployment", "argocd-server", "-n", "argocd", "-p", patch)
    cluster.run("delete", "service", "argocd-metrics", "-n", "argocd")
    project.succeed("refresh")
    report = project.succeed("up")

    assert named(report.done, "create") == {"argo-cd-service-argocd-metrics"}
    assert cluster.items("service", "argocd-metrics", "-n", "argocd")


def test_switching_a_unit_off_removes_exactly_its_objects(
    project: Project, cluster: Cluster
) -> None:
    before = cluster.uids("all,configmaps,secrets,serviceaccounts", "-n", "argocd")
    report = project.succeed("up", {"openKruise": {"enabled": False}} | NO_CHECKS)

    assert named(report.done, "delete") == {
        "open-kruise-namespace-kruise-system",
        "open-kruise-release-kruise",
    }
    assert set(report.done.values()) == {"delete", "same"}
    assert cluster.uids("all,configmaps,secrets,serviceaccounts", "-n", "argocd") == before
    left = cluster.uids("namespaces,crds,clusterroles,clusterrolebindings")
    assert not {name for name in left if "kruise" in name}


def test_destroy_leaves_nothing_of_ours(project: Project, cluster: Cluster) -> None:
    project.succeed("up", {})  # all units again
    assert ours(cluster.uids("namespaces"))
    report = project.succeed("destroy")

    assert set(report.done.values()) == {"delete"}
    kinds = (
        "namespaces,crds,clusterroles,clusterrolebindings,"
        "mutatingwebhookconfigurations,validatingwebhookconfigurations"
    )
    assert not ours(cluster.uids(kinds))
    assert set(cluster.uids("namespaces")) == {
        "default",
        "kube-node-lease",
        "kube-public",
        "kube-system",
    }
