"""Applications on the real API server: declared, promoted, shared with a pipeline, and removed.

The controllers of the sandbox are simulated: their pods are ready and do nothing. So an Application
with a finalizer is what it is on a cluster whose controller is gone. The tests build on each other.
"""

import json
import time
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.support.engine import Cluster, Project

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
LIMIT = 60
"""Seconds that the removal of an Application may take, the least that the settings allow."""
CONTROLLER = "argocd-application-controller"
KIND = "applications.argoproj.io"

WEB: dict[str, Any] = {
    "project": "team",
    "repository": "https://git.example.com/web.git",
    "revision": "v1.4.1",
    "path": "deploy",
    "namespace": "apps-web",
    "cascade": "none",
}
CASCADING = {**WEB, "cascade": "foreground"}
HELM = {**WEB, "helm": {"values": {"replicas": 2}}, "setByPipeline": True}
SETS = {
    "everywhere": {
        **WEB,
        "path": 'envs/{{index .metadata.labels "stage"}}',
        "clusters": {"stage": "prod"},
        "labels": {"team": "web"},
    }
}
ROOT = {**{k: WEB[k] for k in ("project", "repository", "revision", "path")}, "cascade": "none"}


def config(**applications: Any) -> dict[str, Any]:
    """Return a stack with Argo CD alone, and these applications."""
    off = {"enabled": False}
    return {
        "openKruise": off,
        "kubeVela": off,
        "healthChecks": off,
        "argoCd": {"projects": {"team": {"destinations": [{"namespace": "apps-*"}]}}},
        "applications": {"timeoutSeconds": LIMIT, **applications},
    }


ALL = config(entries={"web": WEB, "shop": HELM}, sets=SETS, root=ROOT)


def spec(cluster: Cluster, name: str, kind: str = KIND) -> dict[str, Any]:
    (found,) = cluster.items(kind, name, "-n", "argocd")
    return dict(found["spec"])


def named(done: dict[str, str], operation: str) -> set[str]:
    return {urn.split("::")[-1] for urn, op in done.items() if op == operation}


def commands(project: Project) -> list[str]:
    """Return the commands that the last operation told its reader to use, each once."""
    lines = [line.strip() for text in project.lines for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if line.startswith("kubectl patch ")))


def do(cluster: Cluster, command: str) -> None:
    """Run a command as it was printed, with the quotes of a shell."""
    head, _, patch = command.partition(" -p ")
    cluster.run(*head.split()[1:], "-p", patch.strip("'"))


def test_applications_sets_and_the_root_are_what_argo_cd_takes(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up", ALL)

    assert spec(cluster, "web")["source"] == {
        "repoURL": WEB["repository"],
        "targetRevision": "v1.4.1",
        "path": "deploy",
    }
    assert spec(cluster, "shop")["source"]["helm"] == {"valuesObject": {"replicas": 2}}
    assert spec(cluster, "root")["source"]["directory"] == {"recurse": True}
    assert spec(cluster, "root")["destination"]["namespace"] == "argocd"
    many = spec(cluster, "everywhere", "applicationsets.argoproj.io")
    (generator,) = many["generators"]
    assert generator["clusters"]["selector"] == {"matchLabels": {"stage": "prod"}}
    assert many["template"]["metadata"]["labels"] == {"team": "web"}
    assert "strategy" not in many  # all at once, unless steps are given


def test_a_second_up_changes_nothing(project: Project) -> None:
    assert set(project.succeed("up").done.values()) == {"same"}


def test_a_promotion_is_one_line_and_one_change(project: Project, cluster: Cluster) -> None:
    promoted = config(
        entries={"web": {**WEB, "revision": "v1.4.2"}, "shop": HELM}, sets=SETS, root=ROOT
    )
    report = project.succeed("up", promoted)

    assert named(report.done, "update") == {"applications-application-web"}
    assert set(report.done.values()) == {"same", "update"}
    assert spec(cluster, "web")["source"]["targetRevision"] == "v1.4.2"


def test_what_a_pipeline_has_set_survives_an_up_that_changes_something_else(
    project: Project, cluster: Cluster
) -> None:
    image = [{"name": "image.tag", "value": "4f2d", "forceString": True}]
    patch = json.dumps({"spec": {"source": {"helm": {"parameters": image}}}})
    cluster.run("patch", KIND, "shop", "-n", "argocd", "--type=merge", "-p", patch)
    changed = {**HELM, "revision": "v2", "helm": {"values": {"replicas": 3}}}
    report = project.succeed("up", config(entries={"web": WEB, "shop": changed}))

    assert "applications-application-shop" in named(report.done, "update")
    source = spec(cluster, "shop")["source"]
    assert source["targetRevision"] == "v2"
    assert source["helm"] == {"valuesObject": {"replicas": 3}, "parameters": image}


def test_without_cascade_it_goes_at_once(project: Project, cluster: Cluster) -> None:
    started = time.monotonic()
    report = project.succeed("up", config(entries={"web": CASCADING}))

    assert named(report.done, "delete") == {"applications-application-shop"}
    assert time.monotonic() - started < LIMIT
    (web,) = cluster.items(KIND, "-n", "argocd")
    assert web["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]


def test_without_a_controller_the_removal_is_refused_at_once_with_the_way_out(
    project: Project, cluster: Cluster
) -> None:
    cluster.run("scale", "statefulset", CONTROLLER, "-n", "argocd", "--replicas=0")
    label = f"app.kubernetes.io/name={CONTROLLER}"
    cluster.run("wait", "--for=delete", "pod", "-n", "argocd", "-l", label, "--timeout=50s")
    for operation in ("up", "destroy"):
        started = time.monotonic()
        report = project.run(operation, config() if operation == "up" else None)

        assert time.monotonic() - started < LIMIT
        text = "\n".join(report.errors)
        assert "application controller does not run in namespace argocd" in text
        assert "deletion of argocd/web" in text
        (web,) = cluster.items(KIND, "-n", "argocd")
        assert "deletionTimestamp" not in web["metadata"]


def test_a_removal_that_is_not_finished_ends_at_its_limit_with_the_way_out(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("refresh")
    project.succeed("up", config(entries={"web": CASCADING}))  # the controller is back
    started = time.monotonic()
    report = project.run("destroy")

    assert LIMIT <= time.monotonic() - started < LIMIT + 60
    assert "argocd/web" in "\n".join(report.errors)
    assert cluster.items("statefulset", CONTROLLER, "-n", "argocd")  # it could still be finished
    (command,) = commands(project)
    do(cluster, command)
    assert cluster.items(KIND, "-n", "argocd") == []


def test_an_application_of_somebody_else_keeps_the_controller(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up", config())
    foreign = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": "theirs",
            "namespace": "argocd",
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        },
        "spec": {
            "project": "team",
            "source": {"repoURL": WEB["repository"], "path": "."},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "apps-x"},
        },
    }
    cluster.run("apply", "-f", "-", stdin=json.dumps(foreign))
    report = project.run("destroy")

    assert "these Applications are not of this stack: argocd/theirs" in "\n".join(report.errors)
    assert cluster.items("statefulset", CONTROLLER, "-n", "argocd")
    (command,) = commands(project)
    do(cluster, command)
    cluster.run("delete", KIND, "theirs", "-n", "argocd", "--timeout=50s")

    project.succeed("destroy")
    with pytest.raises(CalledProcessError):
        cluster.run("get", "namespace", "argocd")
