"""What a cluster has already is refused, or taken over as it runs. The tests build on each other.

Argo CD was applied with kubectl, and OpenKruise installed with Helm in the namespace `default`.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine import ROOT, Cluster, Project
from tests.support.needs import uses_tools
from tools import toolchain
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
ADOPT = {
    "cluster": {"adopt": True},
    "openKruise": {"release": {"namespace": "default"}},
}
WORKLOADS = ("deployments,statefulsets,daemonsets", "-A")


def cached(unit: str, variant: str, version: str) -> str:
    return str(artifacts.fetch(CATALOGUE[unit].pin(variant, version), ROOT / artifacts.CACHE))


@pytest.fixture(scope="module")
@uses_tools("helm")
def helm(cluster: Cluster) -> list[str]:
    return [str(toolchain.ensure("helm")["helm"]), "--kubeconfig", str(cluster.kubeconfig)]


def pods_by_workload(cluster: Cluster, namespace: str) -> dict[str, set[str]]:
    """Return the uids of the pods of each workload, by its component label or name."""
    pods: dict[str, set[str]] = {}
    for pod in cluster.items("pods", "-n", namespace):
        name = pod["metadata"]["labels"].get("app.kubernetes.io/name", "")
        pods.setdefault(name, set()).add(pod["metadata"]["uid"])
    return pods


def written(cluster: Cluster) -> list[dict[str, Any]]:
    """Return what somebody wrote into the cluster: not what controllers say of it meanwhile."""
    objects = cluster.items("configmaps,deployments,namespaces", "-A")
    for found in objects:
        found.pop("status", None)
        del found["metadata"]["resourceVersion"]
    return objects


@pytest.fixture(scope="module", autouse=True)
def made_by_others(cluster: Cluster, helm: list[str], upstream: None) -> None:
    """Install both as somebody without this program does."""
    del upstream
    cluster.run("create", "namespace", "argocd")
    manifest = cached("argoCd", "standard", "v3.5.1")
    apply = ("apply", "-n", "argocd", "--server-side", "--force-conflicts", "-f", manifest)
    cluster.run(*apply)
    cluster.run("patch", "configmap", "argocd-cm", "-n", "argocd", "-p", '{"data": {"mine": "x"}}')
    chart = cached("openKruise", "chart", "1.7.5")
    install = [*helm, "install", "kruise", chart, "--wait", "--set", "manager.hostNetwork=true"]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    clone_set = {
        "apiVersion": "apps.kruise.io/v1alpha1",
        "kind": "CloneSet",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx:1"}]},
            },
        },
    }
    cluster.run("apply", "-f", "-", stdin=json.dumps(clone_set))
    # What the webhook would add; there is none on the sandbox.
    added = '{"spec": {"template": {"spec": {"restartPolicy": "Always"}}}}'
    cluster.run("patch", "cloneset", "web", "--type=merge", "-p", added)
    cluster.run("wait", "-n", "argocd", "deployment", "--all", "--for=condition=Available")


def test_what_exists_is_refused_before_anything_is_written(
    project: Project, cluster: Cluster
) -> None:
    before = written(cluster)
    report = project.run("up")

    (error,) = report.errors
    assert "argoCd, made by kubectl:\n    ClusterRole argocd-application-controller" in error
    assert "of Helm release default/kruise, and a second one would fight over it" in error
    assert "pulumi config set --path 'cluster.adopt' true" in error
    assert not report.done
    assert written(cluster) == before


def test_a_preview_says_what_taking_over_does(project: Project) -> None:
    project.succeed("preview", ADOPT)
    text = "\n".join(project.lines)

    assert "taking over what exists (cluster.adopt):" in text
    assert "openKruise: Helm release default/kruise of chart kruise-1.7.5" in text
    assert "go back to the chart's own:\n    manager.hostNetwork" in text
    assert "TemplateNoDefaults is switched on: these roll with their next apply" in text
    assert "    CloneSet default/web\n" in text


def test_taking_over_restarts_exactly_what_the_preview_named(
    project: Project, cluster: Cluster
) -> None:
    before = cluster.uids(*WORKLOADS)
    pods = pods_by_workload(cluster, "argocd")
    assert len(pods) == 7
    project.succeed("up")

    named = {
        line.rpartition("/")[2]
        for line in "\n".join(project.lines).splitlines()
        if line.startswith(("    Deployment argocd/", "    StatefulSet argocd/"))
        and "," not in line
    }
    after = pods_by_workload(cluster, "argocd")
    assert {name for name in pods if pods[name] != after[name]} <= named
    assert {name for name in pods if name not in named}  # or the test shows nothing
    for name in pods.keys() - named:
        assert after[name] == pods[name]
    assert cluster.uids(*WORKLOADS).items() >= before.items()


def test_the_release_is_upgraded_where_it_is(cluster: Cluster, helm: list[str]) -> None:
    listing = [*helm, "list", "--all-namespaces", "--output", "json"]
    answer = subprocess.run(listing, check=True, capture_output=True, text=True, timeout=60)
    (release,) = [r for r in json.loads(answer.stdout) if r["name"] == "kruise"]

    assert (release["namespace"], release["revision"]) == ("default", "2")
    assert (release["chart"], release["status"]) == ("kruise-1.8.3", "deployed")
    assert "kruise-system" in cluster.uids("namespaces")  # it left the release's manifest
    (manager,) = cluster.items("deployments", "-n", "kruise-system")
    (container,) = manager["spec"]["template"]["spec"]["containers"]
    assert "--feature-gates=ImagePullJobGate=true,TemplateNoDefaults=true" in container["args"]


def test_what_others_added_to_a_config_map_stays(cluster: Cluster) -> None:
    (config,) = cluster.items("configmap", "argocd-cm", "-n", "argocd")

    assert config["data"]["mine"] == "x"


def test_the_run_after_changes_nothing(project: Project) -> None:
    assert set(project.succeed("up").done.values()) == {"same"}


def test_the_setting_can_be_taken_back(project: Project) -> None:
    report = project.succeed("up", {"openKruise": ADOPT["openKruise"]})

    assert set(report.done.values()) == {"same"}


def test_what_a_lost_state_knew_is_refused_and_taken_over_too(
    project: Project, cluster: Cluster
) -> None:
    pods = cluster.uids("pods", "-A")
    state = project.target.folder / "pulumi" / "state"
    shutil.rmtree(Path(state))

    (error,) = project.run("up").errors
    assert "argoCd, made by a Pulumi stack: another one, or this one before its state was" in error
    assert "Helm release default/kruise of chart kruise-1.8.3" in error

    project.succeed("up", ADOPT)
    assert cluster.uids("pods", "-A") == pods
    assert set(project.succeed("up").done.values()) == {"same"}


def test_what_was_taken_over_is_removed_with_the_stack(project: Project, cluster: Cluster) -> None:
    cluster.run("delete", "clonesets", "--all", "-n", "default")
    project.succeed("destroy")

    left = cluster.uids("namespaces,crds,clusterroles,clusterrolebindings")
    assert not {name for name in left if "argo" in name or "kruise" in name}
