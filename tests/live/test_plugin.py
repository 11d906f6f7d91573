"""The `vela` plugin: from an Appfile in Git, through the real plugin server, to what runs."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import ArgoCd, Eventually, Repository
from tests.support.engine import Cluster

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

APPFILE = """name: shop
services:
  web:
    image: example.org/web:1
    cmd: [serve]
    scaler: {replicas: 2}
  cart:
    type: cloneset
    image: example.org/cart:1
    replicas: 2
"""
BUILDS = APPFILE.replace("    cmd: [serve]\n", "    build: {docker: {file: Dockerfile}}\n")
SAYS = "vela.yaml:5: services.web.build: nothing is built while manifests are made"
AUTOMATED = ("--sync-policy", "automated", "--auto-prune", "--self-heal")


class App:
    """An application of the plugin that follows a Git repository."""

    def __init__(
        self, cluster: Cluster, namespace: str, repository: Repository, argocd: ArgoCd
    ) -> None:
        self._cluster = cluster
        self._argocd = argocd
        self._repository = repository
        self.name = namespace
        self.project = "default"
        self.automated = True
        self._created = False

    def commit(self, name: str, content: str) -> None:
        """Commit the file, and have Argo CD look at it."""
        self._repository.commit(name, content)
        if self._created:
            self._argocd.run("app", "get", self.name, "--hard-refresh")
            return
        self._created = True
        self._argocd.run(
            *("app", "create", self.name, "--config-management-plugin", "vela"),
            *("--project", self.project),
            *("--repo", self._repository.url, "--path", ".", "--revision", "main"),
            *("--dest-namespace", self.name, "--dest-server", "https://kubernetes.default.svc"),
            *(AUTOMATED if self.automated else ()),
        )

    def sync(self) -> None:
        """Synchronise it by hand; CalledProcessError when that fails."""
        self._argocd.run("app", "sync", self.name)

    def verdict(self) -> tuple[Any, Any]:
        """Return sync status and health."""
        status = self._status()
        return status.get("sync", {}).get("status"), status.get("health", {}).get("status")

    def said(self) -> str:
        """Return what Argo CD has to say about the application."""
        return " ".join(c["message"] for c in self._status().get("conditions", []))

    def manifests(self) -> str:
        """Return what the plugin printed."""
        return self._argocd.run("app", "manifests", self.name, "--source", "git")

    def found(self, kinds: str) -> list[dict[str, Any]]:
        """Return the objects of some kinds in the namespace."""
        return self._cluster.items(kinds, "-n", self.name)

    def delete(self) -> None:
        """Delete it, and with it what it deployed."""
        self._argocd.run("app", "delete", self.name, "--yes", "--wait")

    def _status(self) -> dict[str, Any]:
        (found,) = self._cluster.items("application.argoproj.io", self.name, "-n", "argocd")
        status: dict[str, Any] = found.get("status", {})
        return status


@pytest.fixture
def app(cluster: Cluster, namespace: str, repository: Repository, argocd: ArgoCd) -> Iterator[App]:
    """Return an application that is created with the first commit and deleted at the end."""
    made = App(cluster, namespace, repository, argocd)
    yield made
    made.delete()
    assert not made.found("application.core.oam.dev")


def workloads(app: App) -> dict[str, str]:
    found = app.found("deployments,clonesets.apps.kruise.io")
    return {o["metadata"]["name"]: o["metadata"]["uid"] for o in found}


def test_an_appfile_becomes_workloads_and_is_healthy_when_they_run(
    app: App, eventually: Eventually
) -> None:
    app.commit("vela.yaml", APPFILE)
    eventually(app.verdict, ("Synced", "Healthy"), 120)

    (deployment,) = app.found("deployment")
    (clone_set,) = app.found("cloneset.apps.kruise.io")
    assert (deployment["metadata"]["name"], deployment["status"]["readyReplicas"]) == ("web", 2)
    assert (clone_set["metadata"]["name"], clone_set["status"]["readyReplicas"]) == ("cart", 2)
    # The CloneSet is vela-core's to make.
    assert "kind: Application" in app.manifests()
    assert "kind: CloneSet" not in app.manifests()


def test_a_broken_appfile_shows_why_and_deletes_nothing(app: App, eventually: Eventually) -> None:
    app.commit("vela.yaml", APPFILE)
    eventually(app.verdict, ("Synced", "Healthy"), 120)
    before = workloads(app)
    app.commit("vela.yaml", BUILDS)

    eventually(lambda: SAYS in app.said(), expected=True)
    assert app.verdict()[0] == "Unknown"
    assert set(before) == {"cart", "web"}
    assert workloads(app) == before
    (oam,) = app.found("application.core.oam.dev")
    assert "deletionTimestamp" not in oam["metadata"]

    app.commit("vela.yaml", APPFILE.replace("cart:1", "cart:2"))

    def image() -> str:
        (clone_set,) = app.found("cloneset.apps.kruise.io")
        return str(clone_set["spec"]["template"]["spec"]["containers"][0]["image"])

    eventually(image, "example.org/cart:2", 120)
    assert app.said() == ""
    assert workloads(app) == before


@pytest.mark.parametrize("sample", ["appfile/vela.yaml", "application/application.yaml"])
def test_a_sample_is_deployed(app: App, eventually: Eventually, sample: str) -> None:
    file = SAMPLES / sample
    app.commit(file.name, file.read_text())

    kinds = "deployments,services,ingresses,horizontalpodautoscalers"
    eventually(
        lambda: sorted(o["kind"] for o in app.found(kinds)),
        ["Deployment", "HorizontalPodAutoscaler", "Ingress", "Service"],
        120,
    )


APPLICATION = {"group": "core.oam.dev", "kind": "Application"}
MADE_OF_IT = [
    {"group": "apps", "kind": "Deployment"},
    {"group": "apps.kruise.io", "kind": "CloneSet"},
]


@pytest.fixture
def project(cluster: Cluster, namespace: str) -> Iterator[Callable[[list[Any]], str]]:
    """Return a function that makes a project with a list of kinds, and returns its name."""

    def make(kinds: list[Any]) -> str:
        manifest = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {"name": namespace, "namespace": "argocd"},
            "spec": {
                "sourceRepos": ["**"],
                "destinations": [{"server": "*", "namespace": namespace}],
                "namespaceResourceWhitelist": kinds,
            },
        }
        cluster.run("apply", "-f", "-", stdin=json.dumps(manifest))
        return namespace

    yield make
    cluster.run("delete", "appproject", namespace, "-n", "argocd")


def test_a_project_that_allows_applications_allows_what_is_made_of_them(
    project: Callable[[list[Any]], str], app: App, eventually: Eventually
) -> None:
    app.project = project([APPLICATION])
    app.commit("vela.yaml", APPFILE)

    eventually(app.verdict, ("Synced", "Healthy"), 120)
    assert set(workloads(app)) == {"cart", "web"}


def test_a_project_without_them_allows_none_whatever_else_it_allows(
    project: Callable[[list[Any]], str], app: App
) -> None:
    app.project, app.automated = project(MADE_OF_IT), False
    app.commit("vela.yaml", APPFILE)

    with pytest.raises(subprocess.CalledProcessError) as failed:
        app.sync()
    refusal = f"core.oam.dev:Application is not permitted in project {app.project}"
    assert refusal in failed.value.stdout
    assert workloads(app) == {}
