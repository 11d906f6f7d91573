"""A push, posted to the real event listener: the only one that becomes a run is the stack's."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.live.conftest import Eventually
from tests.live.test_push_filter import EVENT
from tests.support.engine import Cluster
from tools.live.lifecycle import Live

NAMESPACE = "helloworld-delivery"

@pytest.fixture
def address(cluster: Cluster) -> str:
    """Return the address of the listener's Service, which the controller of Triggers has made."""
    (service,) = cluster.items("service", "el-helloworld-push", "-n", NAMESPACE)
    return f"{service['spec']['clusterIP']}:{service['spec']['ports'][0]['port']}"


@pytest.fixture
def secret(cluster: Cluster) -> bytes:
    """Return what the stack says pushes are signed with."""
    (found,) = cluster.items("secret", "push-secret", "-n", NAMESPACE)
    return base64.b64decode(found["data"]["secret"])


@pytest.fixture
def runs(cluster: Cluster) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return the runs that are there; they are removed before and after."""
    cluster.run("delete", "pipelineruns", "--all", "-n", NAMESPACE)
    yield lambda: cluster.items("pipelineruns", "-n", NAMESPACE)
    cluster.run("delete", "pipelineruns", "--all", "-n", NAMESPACE)


def post(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Post an event; return the status, which says nothing of what comes of it, and the answer."""
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request("POST", "/", body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def signed(body: bytes, secret: bytes) -> dict[str, str]:
    digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": "push", "X-Hub-Signature-256": f"sha256={digest}"}


def dropped(live: Live, event: dict[str, Any]) -> bool:
    """Tell whether the listener has looked at an event and let nothing come of it."""
    log = (live.paths.logs / "tekton-triggers-sink.log").read_text()
    lines = [line for line in log.splitlines() if event["eventID"] in line]
    return any("interceptor stopped trigger processing" in line for line in lines)


def test_a_signed_push_to_a_branch_of_the_stack_becomes_a_run(
    address: str, secret: bytes, runs: Callable[[], Any], eventually: Eventually
) -> None:
    body = json.dumps(EVENT).encode()
    post(address, body, signed(body, secret))
    eventually(lambda: len(runs()), 1, 20)

    (run,) = runs()
    assert run["metadata"]["name"].startswith("helloworld-pipeline-")
    given = {p["name"]: p["value"] for p in run["spec"]["params"]}
    assert given == {"branch": "main", "short_sha": EVENT["after"][:7]}
    assert run["spec"]["taskRunTemplate"]["serviceAccountName"] == "helloworld-pipeline"


UNSIGNED = {"X-GitHub-Event": "push"}


@pytest.mark.parametrize(
    "changed, headers",
    [
        ({}, UNSIGNED),
        ({}, {**UNSIGNED, "X-Hub-Signature-256": "sha256=" + "0" * 64}),
        ({"ref": "refs/heads/feature"}, None),
        ({"ref": "refs/heads/main; curl evil"}, None),
        ({"ref": {"name": "refs/heads/main"}}, None),
        ({"repository": {"clone_url": "https://github.com/evil/samples.git"}}, None),
        ({"after": "0" * 40}, None),
    ],
    ids=["unsigned", "signature", "branch", "command", "object", "repository", "deleted"],
)
def test_any_other_event_becomes_nothing(
    live: Live,
    address: str,
    secret: bytes,
    runs: Callable[[], Any],
    eventually: Eventually,
    changed: dict[str, Any],
    headers: dict[str, str] | None,
) -> None:
    body = json.dumps({**EVENT, **changed}).encode()
    status, event = post(address, body, signed(body, secret) if headers is None else headers)

    assert status == 202
    eventually(lambda: dropped(live, event), True, 20)
    assert runs() == []


def test_a_body_that_is_no_event_is_refused(
    address: str, secret: bytes, runs: Callable[[], Any]
) -> None:
    body = b"not JSON"
    status, _ = post(address, body, signed(body, secret))
    assert status == 400
    assert runs() == []
