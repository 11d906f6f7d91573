"""Delivery on the real engine: up, again, changed, off; what a pipeline writes stays."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine import ENGINE, ROOT, Cluster, Project
from tools import toolchain
from tools.deploy.command import CancellableCommand
from tools.deploy.report import Report
from tools.deploy.stack import open_stack, operate
from tools.deploy.target import Target, engine_environment, workspace
from tools.toolchain import pins

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.tools(*ENGINE)]

STACK = "dev"
HOME = "helloworld-delivery"
PLATFORM: dict[str, Any] = {
    "openKruise": {"enabled": False},
    "tekton": {"triggers": {"enabled": False}, "pruner": {"enabled": False}},
    "argoCd": {
        "projects": {"samples": {}},
        "access": {"ci": {"project": "samples", "manage": True}},
    },
}
APP = {"repository": "https://git.example.com/samples.git", "image": "example.com/helloworld"}


def delivered(**given: Any) -> dict[str, Any]:
    return {**PLATFORM, "delivery": {"applications": {"helloworld": {**APP, **given}}}}


def changed(report: Report) -> set[str]:
    return {urn.rpartition("::")[2] for urn, done in report.done.items() if done != "same"}


def test_a_delivery_goes_up_and_stays_as_it_is(project: Project, cluster: Cluster) -> None:
    project.succeed("up", delivered())

    assert set(cluster.uids("tasks.tekton.dev", "-n", HOME)) == {"helloworld-argocd"}
    assert set(cluster.uids("pipelines.tekton.dev", "-n", HOME)) == {"helloworld-pipeline"}
    assert cluster.items("pipelineruns.tekton.dev", "-n", HOME) == []
    assert set(project.succeed("up").done.values()) == {"same"}


def test_server_and_pipeline_share_a_certificate(cluster: Cluster) -> None:
    (servers,) = cluster.items("secret", "argocd-server-tls", "-n", "argocd")
    (pipelines,) = cluster.items("secret", "argocd-env-secret", "-n", HOME)

    assert servers["type"] == "kubernetes.io/tls"
    assert servers["data"]["tls.crt"] == pipelines["data"]["ca.crt"]


def test_the_run_of_the_outputs_is_one_that_the_api_server_takes(
    project: Project, cluster: Cluster
) -> None:
    stack = opened(project.target, project.stack)
    run = stack.read_outputs()["delivery"].value["helloworld"]["run"]
    name = cluster.run("create", "-f", "-", "-o", "name", stdin=json.dumps(run)).strip()

    assert name.startswith("pipelinerun.tekton.dev/helloworld-pipeline-")
    assert set(project.succeed("up").done.values()) == {"same"}
    assert len(cluster.items("pipelineruns.tekton.dev", "-n", HOME)) == 1


def test_a_setting_is_changed_in_place(project: Project, cluster: Cluster) -> None:
    before = cluster.uids("tasks.tekton.dev,pipelines.tekton.dev", "-n", HOME)
    report = project.succeed("up", delivered(timeoutSeconds=60))

    assert changed(report) == {
        "delivery-helloworld-task-helloworld-argocd",
        "delivery-helloworld-pipeline-helloworld-pipeline",
    }
    assert cluster.uids("tasks.tekton.dev,pipelines.tekton.dev", "-n", HOME) == before


def test_builds_come_and_go_alone(project: Project, cluster: Cluster) -> None:
    kinds = "tasks.tekton.dev,pipelines.tekton.dev"
    before = cluster.uids(kinds, "-n", HOME)
    builder = {"bundle": "registry.example.com/tekton/builder:1.0", "task": "builder"}
    triggers = {"tekton": {**PLATFORM["tekton"], "triggers": {"enabled": True}}}
    project.secrets = {"pushSecret": "at-random-0123456789"}
    built = delivered(
        timeoutSeconds=60, push={"secretFrom": "pushSecret"}, build={"builder": builder}
    )
    project.succeed("up", {**built, **triggers})
    assert set(cluster.uids(kinds, "-n", "helloworld-build")) == {
        "helloworld-build",
        "helloworld-build-check",
        "helloworld-build-deliver",
    }
    assert cluster.uids(kinds, "-n", HOME) == before
    assert set(project.succeed("up").done.values()) == {"same"}

    project.config = {}
    report = project.succeed("up", delivered(timeoutSeconds=60))
    assert "delete" in report.done.values()
    assert "helloworld-build" not in cluster.uids("namespaces")
    assert cluster.uids(kinds, "-n", HOME) == before


APPLICATION: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "helloworld", "namespace": "argocd"},
    "spec": {
        "project": "samples",
        "source": {
            "repoURL": "https://git.example.com/samples.git",
            "path": "helloworld/charts",
            "targetRevision": "main",
            "helm": {"parameters": [{"name": "image.tag", "value": "first", "forceString": True}]},
        },
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "helloworld"},
    },
}
PROGRAM = """
import json
import pulumi
from pulumi_kubernetes import Provider
from components.delivery.ownership import pipeline_fields
from kube.resources import KubernetesObject

ignored = pipeline_fields("helm") if {owned} else []
options = pulumi.ResourceOptions(provider=Provider("cluster"), ignore_changes=ignored)
KubernetesObject("application", json.loads({application!r}), options)
"""


def opened(target: Target, stack: str) -> Any:
    environment = engine_environment(target, toolchain.pulumi_home(), os.environ)
    os.environ.update(environment)
    version = pins.load().tools["pulumi"].version
    command = CancellableCommand(toolchain.ensure("pulumi")["pulumi"], version)
    folder = target.folder / "pulumi" / "workspace"
    return open_stack(stack, command, folder, environment)


def declare(cluster: Cluster, *, revision: str, owned: bool = True) -> Report:
    """Bring up a stack of its own that declares the Application with a revision."""
    target = Target("sandbox", cluster.root / ".sandbox" / "owner", cluster.kubeconfig)
    workspace(ROOT, target, STACK)
    application = json.loads(json.dumps(APPLICATION))
    application["spec"]["source"]["targetRevision"] = revision
    program = cluster.root / "program"
    program.mkdir(exist_ok=True)
    text = PROGRAM.format(application=json.dumps(application), owned=owned)
    (program / "__main__.py").write_text(text)
    here = Path.cwd()
    try:
        report = operate(opened(target, STACK), "up", program, print)
    finally:
        os.chdir(here)
    assert not report.errors, report.errors
    return report


def as_the_pipeline(cluster: Cluster, tag: str) -> None:
    """Set the tag as Argo CD's server does for `argocd app set`: a whole update."""
    (found,) = cluster.items("applications.argoproj.io", "helloworld", "-n", "argocd")
    found["spec"]["source"]["helm"]["parameters"] = [
        {"name": "image.tag", "value": tag, "forceString": True},
        {"name": "image.repository", "value": "example.com/helloworld", "forceString": True},
    ]
    cluster.run("replace", "--field-manager=argocd-server", "-f", "-", stdin=json.dumps(found))


def source(cluster: Cluster) -> tuple[str, list[str]]:
    (found,) = cluster.items("applications.argoproj.io", "helloworld", "-n", "argocd")
    values = found["spec"]["source"]["helm"]["parameters"]
    return found["spec"]["source"]["targetRevision"], [p["value"] for p in values]


def test_what_a_pipeline_has_set_survives_the_stacks_changes(cluster: Cluster) -> None:
    declare(cluster, revision="main")
    assert source(cluster) == ("main", ["first"])

    as_the_pipeline(cluster, "main-d92ae174b")
    assert "update" not in declare(cluster, revision="main").done.values()
    assert source(cluster) == ("main", ["main-d92ae174b", "example.com/helloworld"])

    declare(cluster, revision="release")
    assert source(cluster) == ("release", ["main-d92ae174b", "example.com/helloworld"])


def test_without_the_pipelines_fields_it_would_not(cluster: Cluster) -> None:
    """The counterpart: it is the ignored path that keeps the image."""
    with pytest.raises(AssertionError, match="conflict"):
        declare(cluster, revision="main", owned=False)


def test_off_and_destroy_leave_nothing(project: Project, cluster: Cluster) -> None:
    cluster.run("delete", "applications.argoproj.io", "helloworld", "-n", "argocd")
    project.config = {}
    report = project.succeed("up", {**PLATFORM, "delivery": {"applications": {}}})

    assert "delete" in report.done.values()
    assert HOME not in cluster.uids("namespaces")
    project.succeed("destroy")
    assert not {n for n in cluster.uids("namespaces,crds") if "tekton" in n or "argo" in n}
