"""Credentials as Argo CD sees them: taken, refused, and after a rotation the other way round."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.live.argocd import ArgoCd, as_ci, live_credentials
from tests.support.engine import Cluster
from tools.live import lifecycle, stack
from tools.live.lifecycle import Live


def user(argo_cd: ArgoCd) -> dict[str, Any]:
    """Return whom the server takes somebody for."""
    answer = argo_cd.run("account", "get-user-info", "--output", "json")
    return dict(json.loads(answer.stdout)) if answer.returncode == 0 else {}


def session(live: Live, password: str) -> str | None:
    """Return the token of a session of admin; None if the server refuses the password."""
    answer = requests.post(
        f"http://{ArgoCd(live).address}/api/v1/session",
        json={"username": "admin", "password": password},
        timeout=30,
    )
    assert answer.status_code in {200, 401}, answer.text
    return str(answer.json()["token"]) if answer.ok else None


def test_the_minted_token_is_the_account_ci(live: Live) -> None:
    assert user(as_ci(live)) == {"iss": "argocd", "loggedIn": True, "username": "ci"}


def test_a_token_with_another_signature_is_nobody(live: Live) -> None:
    token = live_credentials(live).ci_token or ""
    forged = token[:-8] + token[-8:][::-1]
    answer = ArgoCd(live, forged).run("app", "list")

    assert forged != token
    assert "invalid session" in answer.stderr


def test_the_token_may_not_do_what_nobody_allowed(live: Live) -> None:
    answer = as_ci(live).run("account", "update-password", "--account", "admin")
    clusters = as_ci(live).run("cluster", "get", "in-cluster")

    assert answer.returncode != 0
    assert "permission denied" in clusters.stderr


def test_admin_logs_in_with_the_derived_password_and_no_other(live: Live) -> None:
    password = live_credentials(live).admin_password or ""
    nobody = ArgoCd(live)
    login = nobody.run("login", nobody.address, "--username", "admin", "--password", password)

    assert session(live, password)
    assert session(live, password[::-1]) is None
    assert "'admin:login' logged in successfully" in login.stdout, login.stderr


def test_argo_cd_made_up_no_password_of_its_own(live: Live, cluster: Cluster) -> None:
    del live  # it must run
    names = cluster.uids("secrets", "-n", "argocd")

    assert "argocd-redis" in names
    assert "argocd-initial-admin-secret" not in names


@pytest.fixture(scope="module")
def rotated(live: Live) -> Any:
    """Rotate all but the server key, as a user would; then turn everything back."""
    before = live_credentials(live)
    opened = session(live, before.admin_password or "")
    assert opened
    assert user(ArgoCd(live, opened))["username"] == "admin"
    time.sleep(1.1)  # so that the session is a second older than the password
    counter = {"rotation": int(time.time())}
    changed = {"credentials": {"admin": counter, "redis": counter, "ci": counter}}
    stack.run(live.paths, "up", print, changed)
    lifecycle.wait(live, print)
    yield before, opened
    stack.run(live.paths, "up", print)
    lifecycle.wait(live, print)


def test_after_a_rotation_only_the_new_credentials_are_taken(live: Live, rotated: Any) -> None:
    before, opened = rotated
    after = live_credentials(live)

    assert user(ArgoCd(live, after.ci_token))["username"] == "ci"
    assert user(ArgoCd(live, before.ci_token)) == {}
    assert session(live, after.admin_password or "")
    assert session(live, before.admin_password or "") is None
    assert user(ArgoCd(live, opened)) == {}  # a session from before the rotation


def test_a_rotated_password_of_redis_is_the_one_that_its_readers_have(
    live: Live, rotated: Any
) -> None:
    del rotated  # all operators are ready again
    environments = {
        name: Path(f"/proc/{record.pid}/environ").read_bytes().split(b"\0")
        for name, record in lifecycle.status(live.paths.root).items()
        if name in {"argocd-server", "argocd-repo-server", "argocd-application-controller"}
    }
    password = f"REDIS_PASSWORD={live_credentials(live).redis_password}".encode()

    assert len(environments) == 3
    assert [name for name, variables in environments.items() if password not in variables] == []
