"""Each shipped environment goes up whole in the sandbox, whose three nodes satisfy prod."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from errors import ConfigError
from tests.support.engine import ENGINE, ROOT, SANDBOX, Cluster, Project, on
from tests.support.needs import uses_tools
from tools import toolchain
from tools.sandbox import lifecycle

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

WHOLE: dict[str, Any] = {"tekton": {}}
"""The shipped file with nothing left out."""
REPLICAS = {"dev": 1, "staging": 1, "prod": 2}
"""Pods of argocd-server: two where it is highly available."""


@pytest.fixture(scope="module", params=["dev", "staging", "prod"])
@uses_tools(*ENGINE, *SANDBOX)
def project(
    request: pytest.FixtureRequest, upstream: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """Return an environment on a control plane of its own."""
    del upstream  # wanted for what it does
    root = tmp_path_factory.mktemp("checkout")
    tools = toolchain.ensure(*SANDBOX)
    sandbox = lifecycle.start(root, tools)
    yield on(Cluster(root, sandbox.kubeconfig, tools["kubectl"]), request.param)
    lifecycle.reset(root)


@pytest.fixture
def cluster(project: Project) -> Cluster:
    """Return kubectl on the environment's cluster."""
    assert project.target.kubeconfig
    kubectl = toolchain.ensure("kubectl")["kubectl"]
    return Cluster(project.target.folder.parents[1], project.target.kubeconfig, kubectl)


def test_it_goes_up_and_every_workload_is_ready(project: Project, cluster: Cluster) -> None:
    assert len(cluster.items("nodes")) == 3
    report = project.succeed("up", WHOLE)

    assert set(report.done.values()) == {"create"}
    workloads = cluster.items("deployments,statefulsets", "-A")
    for workload in workloads:
        assert workload["status"].get("readyReplicas") == workload["spec"]["replicas"]
    pods = {w["metadata"]["name"]: w["spec"]["replicas"] for w in workloads}
    assert pods["argocd-server"] == REPLICAS[project.stack]
    assert pods.keys() >= {
        "kruise-controller-manager",
        "kubevela-vela-core",
        "tekton-pipelines-controller",
    }


def test_a_second_up_changes_nothing(project: Project) -> None:
    assert set(project.succeed("up").done.values()) == {"same"}


def test_its_status_is_ready(project: Project) -> None:
    root = project.target.folder.parents[1]
    options = ("--stack", project.stack, "--root", str(root), "--format", "json")
    result = subprocess.run(
        [sys.executable, "-m", "tools.status", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    found = json.loads(result.stdout)
    assert {"argo-cd", "kube-vela", "open-kruise", "tekton"} <= {u["name"] for u in found["units"]}


def test_only_where_nobody_depends_on_it_destroy_begins(project: Project, cluster: Cluster) -> None:
    if project.stack != "prod":
        report = project.succeed("destroy")
        assert set(report.done.values()) == {"delete"}
        assert "argocd" not in cluster.uids("namespaces")
        return
    before = cluster.uids("all", "-A")
    with pytest.raises(ConfigError, match="protected resources"):
        project.run("destroy")
    assert cluster.uids("all", "-A") == before

    # What the message says: the setting first, and then the namespaces may go.
    project.succeed("up", {**WHOLE, "cluster": {"protect": False}})
    project.succeed("destroy")
    assert "argocd" not in cluster.uids("namespaces")
    left = set(cluster.uids("crds"))
    assert {"applications.argoproj.io", "applications.core.oam.dev"} <= left  # crds.retain


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_its_file_has_no_secret(stack: str) -> None:
    path = ROOT / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(path.read_text())

    assert set(content) == {"config"}  # no salt, no key
    assert "gitops-bootstrap:secrets" not in content["config"]
    assert "secure:" not in path.read_text()
