"""Tekton: up, changed, upgraded, with and without its companions, and away."""

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
ALONE = {unit: {"enabled": False} for unit in ("openKruise", "argoCd", "kubeVela")}
NOTHING_BESIDE = {"triggers": {"enabled": False}, "pruner": {"enabled": False}}
OLD = {"version": "v1.12.2", **NOTHING_BESIDE}
LASTING = ("namespaces,crds,configmaps,secrets,services,deployments,serviceaccounts", "-A")


def entries(cluster: Cluster, name: str) -> dict[str, str]:
    (found,) = cluster.items("configmap", name, "-n", "tekton-pipelines")
    return dict(found["data"])


def test_the_older_lts_goes_up(project: Project, cluster: Cluster) -> None:
    project.succeed("up", {**ALONE, "tekton": OLD})

    assert entries(cluster, "pipelines-info")["version"] == "v1.12.2"
    assert entries(cluster, "feature-flags")["set-security-context"] == "true"


def test_an_upgrade_changes_objects_in_place(project: Project, cluster: Cluster) -> None:
    before = cluster.uids(*LASTING)
    project.config = {}
    report = project.succeed("up", {**ALONE, "tekton": NOTHING_BESIDE})

    assert set(report.done.values()) == {"same", "update"}
    assert entries(cluster, "pipelines-info")["version"] == "v1.15.0"
    assert cluster.uids(*LASTING) == before
    assert set(project.succeed("up").done.values()) == {"same"}


def test_a_flag_is_changed_in_place(project: Project, cluster: Cluster) -> None:
    flags = {"featureFlags": {"enable-api-fields": "stable"}}
    report = project.succeed("up", {**ALONE, "tekton": {**NOTHING_BESIDE, **flags}})

    changed = {urn.rpartition("::")[2] for urn, done in report.done.items() if done != "same"}
    assert changed == {"tekton-configmap-feature-flags"}
    assert entries(cluster, "feature-flags")["enable-api-fields"] == "stable"
    assert entries(cluster, "feature-flags")["coschedule"] == "workspaces"


def test_companions_come_and_go_alone(project: Project, cluster: Cluster) -> None:
    before = cluster.uids(*LASTING)
    project.config = {}
    with_companions = project.succeed("up", {**ALONE, "tekton": {"pruner": {"failedHistory": 3}}})
    assert "create" in with_companions.done.values()
    assert (
        "failedHistoryLimit: 3" in entries(cluster, "tekton-pruner-default-spec")["global-config"]
    )

    project.config = {}
    without = project.succeed("up", {**ALONE, "tekton": NOTHING_BESIDE})
    assert "delete" in without.done.values()
    assert cluster.uids(*LASTING) == before


def test_off_and_destroy_leave_nothing(project: Project, cluster: Cluster) -> None:
    project.succeed("up", {"tekton": {"triggers": {"enabled": True}, "pruner": {"enabled": True}}})
    project.succeed("up", {"tekton": {"enabled": False}})

    kinds = (
        "namespaces,crds,clusterroles,clusterrolebindings,"
        "mutatingwebhookconfigurations,validatingwebhookconfigurations"
    )
    assert not {name for name in cluster.uids(kinds) if "tekton" in name}
    project.succeed("destroy")
