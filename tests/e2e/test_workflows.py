"""Deployment, preview from the state, comment and drift: the steps of the workflows on a cluster.

One stack from its first deployment on; the tests build on each other.
"""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.support.clone import clone_of_the_checkout, commit
from tests.support.engine import ENGINE, Cluster
from tests.support.needs import uses_tools
from tests.support.sentinels import leaks
from tests.support.workflows import run_job, run_steps, set_in_stack
from tools import toolchain
from tools.object_diff import LIMIT, MARKER

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

STACK = "staging"
SEED = base64.b64encode(bytes(range(32))).decode()
PASSPHRASE = "Sentinel-passphrase-5sB"  # noqa: S105
TOKEN = "Sentinel-github-token-6tC"  # noqa: S105
SMALL: dict[str, Any] = {"kubeVela": {"enabled": False}, "tekton": {"enabled": False}}
CHANGE: dict[str, Any] = {
    "argoCd": {"config": {"timeout.reconciliation": "60s"}},
    "openKruise": {"featureGates": {"CloneSetShortHash": True}},
}


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Serve on loopback only."""
    return ("127.0.0.1", 0)


@pytest.fixture(scope="module")
def clone(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scratch clone with the checkout's state, packages and artifacts."""
    del upstream  # wanted for what it does
    return clone_of_the_checkout(tmp_path_factory.mktemp("workflows") / "clone")


@pytest.fixture(scope="module")
@uses_tools(*ENGINE, *toolchain.needed_by_up())  # what the workflows have first
def backend(clone: Path) -> dict[str, str]:
    """Return what opens a new backend for the stack, which has its seed already."""
    states = clone.parent / "states"
    states.mkdir()
    opened = {"PULUMI_BACKEND_URL": f"file://{states}", "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    pulumi = toolchain.ensure(*ENGINE)["pulumi"]
    home = {"PULUMI_HOME": str(toolchain.pulumi_home()), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    for arguments in (
        ("stack", "init", STACK),
        ("config", "set", "--secret", "--path", "secrets.credentialsSeed", SEED),
    ):
        subprocess.run(
            [pulumi, "--non-interactive", *arguments],
            cwd=clone,
            env={**os.environ, **home, **opened},
            capture_output=True,
            check=True,
        )
    set_in_stack(clone, STACK, SMALL)
    commit(clone, "the stack")
    return {**opened, "STACK": STACK}


@pytest.fixture
def deploying(cluster: Cluster, backend: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Return the environment of a job that may reach the cluster."""
    content = yaml.safe_load(cluster.kubeconfig.read_text())
    content["contexts"][0]["name"] = content["current-context"] = STACK
    runner = {"RUNNER_TEMP": str(tmp_path), "KUBECONFIG_CONTENT": yaml.safe_dump(content)}
    return {**backend, **runner}


def test_before_the_first_deployment_everything_is_to_be_created(
    clone: Path, backend: dict[str, str]
) -> None:
    page = run_steps("preview", "deploy", clone, backend)

    assert page.startswith(MARKER)
    assert f"#### Stack `{STACK}`: " in page
    assert "| `argo-cd` |  |  |  | " in page
    assert "CustomResourceDefinition applications.argoproj.io" in page
    assert len(page.encode()) <= LIMIT
    assert leaks(page, {"seed": SEED, "passphrase": PASSPHRASE}) == set()


def test_the_deployment_makes_the_platform_and_leaves_no_kubeconfig(
    clone: Path, deploying: dict[str, str], cluster: Cluster, tmp_path: Path
) -> None:
    run_steps("up", "deploy", clone, deploying)

    for workload in cluster.items("deployments,statefulsets", "-n", "argocd"):
        assert workload["status"].get("readyReplicas") == workload["spec"]["replicas"]
    assert list(tmp_path.iterdir()) == []


def test_the_preview_of_a_branch_shows_what_up_would_change(
    clone: Path, backend: dict[str, str]
) -> None:
    set_in_stack(clone, STACK, CHANGE)
    commit(clone, "change")
    page = run_steps("state", "preview", clone, backend)

    assert page.startswith(MARKER)
    assert '@@ data["timeout.reconciliation"] @@' in page
    assert "<code>Release kruise-system/kruise</code>" in page
    assert "CustomResourceDefinition" not in page
    assert leaks(page, {"seed": SEED, "passphrase": PASSPHRASE}) == set()
    assert run_steps("state", "preview", clone, backend) == page


def test_the_comment_is_written_once_and_then_edited(clone: Path, httpserver: HTTPServer) -> None:
    comments: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if request.method == "GET":
            found = list(comments)
        elif request.method == "POST":
            comments.append({"id": 7, "user": {"type": "Bot"}, **(request.json or {})})
            found = comments[-1:]
        else:
            assert request.path.endswith("/issues/comments/7")
            comments[0] |= request.json or {}
            found = comments
        return Response(json.dumps(found), content_type="application/json")

    httpserver.expect_request("/repos/ann/platform/issues/5/comments").respond_with_handler(answer)
    httpserver.expect_request("/repos/ann/platform/issues/comments/7").respond_with_handler(answer)
    environment = {
        "PR": "5",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": "ann/platform",
        "GITHUB_API_URL": httpserver.url_for(""),
    }
    run_steps("comment", "preview", clone, environment)
    first = comments[0]["body"]
    stale = {**json.loads((clone / f"changes/{STACK}.json").read_text()), "stack": "other"}
    (clone / "changes/other.json").write_text(json.dumps(stale))
    run_steps("comment", "preview", clone, environment)

    httpserver.check_assertions()
    (comment,) = comments
    assert first.startswith(MARKER)
    assert f"#### Stack `{STACK}`: " in first
    assert "#### Stack `other`: " in comment["body"]
    assert TOKEN not in comment["body"]


def test_drift_is_a_failure_with_a_page_and_nothing_otherwise(
    clone: Path, deploying: dict[str, str], cluster: Cluster
) -> None:
    page = run_steps("drift", "drift", clone, deploying)
    assert "no changes" in page.lower()

    patch = json.dumps({"data": {"application.resourceTrackingMethod": "label"}})
    cluster.run("patch", "configmap", "argocd-cm", "-n", "argocd", "-p", patch)
    code, page, printed = run_job("drift", "drift", clone, deploying)

    assert code != 0
    assert "ConfigMap argocd/argocd-cm" in page
    assert "application.resourceTrackingMethod" in page
    assert PASSPHRASE not in page + printed
