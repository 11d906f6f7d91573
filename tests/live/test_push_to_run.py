"""A push, posted to the real event listener: what becomes a run is the stack's, or nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.conftest import Eventually
from tests.live.listener import Listener
from tests.live.test_push_filter import EVENT
from tests.support.engine import Cluster
from tools.live.lifecycle import Live

NAMESPACE = "helloworld-delivery"
UNSIGNED = {"X-GitHub-Event": "push"}
FORGED = {**UNSIGNED, "X-Hub-Signature-256": "sha256=" + "0" * 64}

Runs = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def listener(cluster: Cluster, live: Live) -> Listener:
    """Return the listener of the delivery without a build."""
    return Listener(cluster, live, "helloworld")


@pytest.fixture
def runs(cluster: Cluster) -> Iterator[Runs]:
    """Return the runs that are there; they are removed before and after."""
    cluster.run("delete", "pipelineruns", "--all", "-n", NAMESPACE)
    yield lambda: cluster.items("pipelineruns", "-n", NAMESPACE)
    cluster.run("delete", "pipelineruns", "--all", "-n", NAMESPACE)


def test_a_signed_push_to_a_branch_of_the_stack_becomes_a_run(
    listener: Listener, runs: Runs, eventually: Eventually
) -> None:
    assert listener.push(EVENT) == 202
    eventually(lambda: len(runs()), 1, 20)

    (run,) = runs()
    assert run["metadata"]["name"].startswith("helloworld-pipeline-")
    given = {p["name"]: p["value"] for p in run["spec"]["params"]}
    assert given == {"branch": "main", "short_sha": EVENT["after"][:7]}
    assert run["spec"]["taskRunTemplate"]["serviceAccountName"] == "helloworld-pipeline"


@pytest.mark.parametrize(
    "headers, said",
    [(UNSIGNED, "no X-Hub-Signature"), (FORGED, "payload signature check failed")],
    ids=["unsigned", "forged"],
)
def test_a_push_that_the_git_host_did_not_sign_becomes_nothing(
    listener: Listener, runs: Runs, eventually: Eventually, headers: dict[str, str], said: str
) -> None:
    before = len(listener.refusals())
    assert listener.post(EVENT, headers) == 202

    eventually(lambda: len(listener.refusals()), before + 1, 20)
    assert said in listener.refusals()[-1]
    assert runs() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"ref": "refs/heads/feature"},
        {"ref": "refs/heads/main; curl evil"},
        {"ref": {"name": "refs/heads/main"}},
        {"repository": {"clone_url": "https://example.com/evil.git", "ssh_url": ""}},
        {"after": "0" * 40},
    ],
    ids=["branch", "command", "object", "repository", "deleted"],
)
def test_a_signed_push_of_anything_else_becomes_nothing(
    listener: Listener, runs: Runs, eventually: Eventually, changed: dict[str, Any]
) -> None:
    before = len(listener.refusals())
    assert listener.push({**EVENT, **changed}) == 202

    eventually(lambda: len(listener.refusals()), before + 1, 20)
    assert "body.ref.matches" in listener.refusals()[-1]
    assert runs() == []


def test_a_body_that_is_no_event_is_refused(listener: Listener, runs: Runs) -> None:
    assert listener.push(b"not JSON") == 400
    assert runs() == []
