"""Access as Argo CD applies it: the policy is valid, and pipelines reach one project, no other."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.argocd import as_ci
from tests.live.conftest import Eventually, Repository
from tests.live.manifests import argo_application, clone_set
from tests.support.engine import Cluster
from tools.live import stack
from tools.live.lifecycle import Live

PROJECT = "team"
"""The project of Pulumi.live.yaml that the account ci has."""


def in_project(manifest: str, project: str) -> dict[str, Any]:
    """Return an Application of a project that nobody syncs but whoever asks for it."""
    application: dict[str, Any] = json.loads(manifest)
    application["spec"]["project"] = project
    application["spec"].pop("syncPolicy")
    return application


@pytest.fixture
def application(
    cluster: Cluster, namespace: str, repository: Repository
) -> Iterator[Callable[[str], str]]:
    """Return a function that makes an Application in a project, and returns its name."""
    repository.commit("cloneset.yaml", clone_set(namespace))
    made: list[str] = []

    def make(project: str) -> str:
        name = f"{namespace}-{project}"
        manifest = in_project(argo_application(name, namespace, repository.url), project)
        cluster.run("apply", "-f", "-", stdin=json.dumps(manifest))
        made.append(name)
        return name

    yield make
    for name in made:
        cluster.run("delete", "application.argoproj.io", name, "-n", "argocd", "--timeout=50s")


def status(cluster: Cluster, name: str) -> dict[str, Any]:
    (found,) = cluster.items("application.argoproj.io", name, "-n", "argocd")
    return dict(found.get("status", {}))


def test_pipelines_sync_an_application_of_their_project(
    live: Live, cluster: Cluster, application: Callable[[str], str], eventually: Eventually
) -> None:
    name = application(PROJECT)

    synced = as_ci(live).run("app", "sync", name, "--timeout", "60")

    assert synced.returncode == 0, synced.stderr
    eventually(lambda: status(cluster, name).get("sync", {}).get("status"), "Synced")


def test_pipelines_are_denied_an_application_of_another_project(
    live: Live, cluster: Cluster, application: Callable[[str], str], eventually: Eventually
) -> None:
    name = application("default")
    eventually(lambda: status(cluster, name).get("sync", {}).get("status"), "OutOfSync")

    denied = as_ci(live).run("app", "sync", name, "--timeout", "20")
    seen = as_ci(live).run("app", "list", "--output", "name")

    assert denied.returncode != 0
    assert "permission denied" in denied.stderr.lower()
    assert f"argocd/{name}" not in seen.stdout.split()
    assert "operationState" not in status(cluster, name)


def test_pipelines_do_not_remove_what_is_theirs_to_manage(
    live: Live, application: Callable[[str], str]
) -> None:
    refused = as_ci(live).run("app", "delete", application(PROJECT), "--yes")

    assert refused.returncode != 0
    assert "permission denied" in refused.stderr.lower()


def test_a_destination_outside_of_the_project_is_refused(
    cluster: Cluster, namespace: str, repository: Repository, eventually: Eventually
) -> None:
    repository.commit("cloneset.yaml", clone_set("kube-system"))
    manifest = in_project(argo_application(namespace, "kube-system", repository.url), PROJECT)
    cluster.run("apply", "-f", "-", stdin=json.dumps(manifest))
    try:
        eventually(
            lambda: {c["type"] for c in status(cluster, namespace).get("conditions", [])},
            {"InvalidSpecError"},
        )
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")


@pytest.fixture
def policy(cluster: Cluster, tmp_path: Path) -> Path:
    """Return a file with what the platform has as argocd-rbac-cm."""
    file = tmp_path / "rbac.yaml"
    file.write_text(cluster.run("get", "configmap", "argocd-rbac-cm", "-n", "argocd", "-o", "yaml"))
    return file


def rbac(live: Live, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask the real program about a policy."""
    return subprocess.run(
        [str(live.program("argocd")), "admin", "settings", "rbac", *words],
        env={"KUBECONFIG": str(live.kubeconfig), "HOME": str(live.paths.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_argo_cd_finds_the_policy_valid(live: Live, policy: Path) -> None:
    answer = rbac(live, "validate", "--policy-file", str(policy))

    assert "Policy is valid" in answer.stdout, answer.stderr


@pytest.mark.parametrize(
    "action,name,allowed",
    [
        ("get", f"{PROJECT}/any", True),
        ("sync", f"{PROJECT}/any", True),
        ("create", f"{PROJECT}/any", True),  # `manage` in Pulumi.live.yaml
        ("create", f"{PROJECT}-b/any", False),
        ("delete", f"{PROJECT}/any", False),
        ("override", f"{PROJECT}/any", False),
        ("get", "default/any", False),
        ("sync", f"{PROJECT}-b/any", False),
    ],
)
def test_the_policy_says_what_the_stack_file_says(
    live: Live, policy: Path, action: str, name: str, allowed: bool
) -> None:
    answer = rbac(live, "can", "ci", action, "applications", name, "--policy-file", str(policy))

    assert answer.stdout.strip() == ("Yes" if allowed else "No"), answer.stderr


def test_whoever_has_no_role_may_nothing(live: Live, policy: Path) -> None:
    answer = rbac(live, "can", "ann", "get", "applications", "*/*", "--policy-file", str(policy))

    assert answer.stdout.strip() == "No", answer.stderr


@pytest.fixture
def locked(live: Live) -> Iterator[None]:
    """Lock the project that argocd-server has made, and open it again for the other tests."""
    stack.run(live.paths, "up", print, {"argoCd": {"defaultProject": "locked"}})
    yield
    stack.run(live.paths, "up", print, {"argoCd": {"defaultProject": "open"}})
    stack.run(live.paths, "up", print)


@pytest.mark.usefixtures("locked")
def test_nothing_is_deployed_through_a_locked_default_project(
    cluster: Cluster, application: Callable[[str], str], eventually: Eventually
) -> None:
    name = application("default")

    eventually(
        lambda: {c["type"] for c in status(cluster, name).get("conditions", [])},
        {"InvalidSpecError"},
    )
