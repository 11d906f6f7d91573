"""Credentials on a running platform: given before the start, rotated one by one, never wiped."""

import base64
import json
import subprocess
import sys
from typing import Any

import bcrypt
import pytest

from components.shared.credentials.argo_cd import ArgoCdCredentials
from tests.support.engine import ROOT, Cluster, Project, without_cluster
from tools import credentials

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
SETTINGS = "argo-cd-secret-argocd-secret"
FOREIGN = {
    "tls.crt": "certificate of the server",
    "tls.key": "key of the server",
    "accounts.alice.password": "hash of alice",
}
"""What Argo CD writes into its Secret by itself."""


def derived(project: Project) -> ArgoCdCredentials:
    return credentials.read(project.target, project.folder, project.stack)


def stored(cluster: Cluster, name: str = "argocd-secret") -> dict[str, str]:
    (secret,) = cluster.items("secret", name, "-n", "argocd")
    return {k: base64.b64decode(v).decode() for k, v in secret.get("data", {}).items()}


def write_as_argo_cd(cluster: Cluster, entries: dict[str, str]) -> None:
    """Update the whole Secret, as argocd-server does."""
    (secret,) = cluster.items("secret", "argocd-secret", "-n", "argocd")
    secret["data"] |= {k: base64.b64encode(v.encode()).decode() for k, v in entries.items()}
    manager = "--field-manager=argocd-server"
    cluster.run("replace", manager, "-f", "-", stdin=json.dumps(secret))


def named(done: dict[str, str], operation: str) -> set[str]:
    return {urn.split("::")[-1] for urn, op in done.items() if op == operation}


def test_argo_cd_finds_its_credentials_at_its_first_start(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up")
    expected, settings = derived(project), stored(cluster)
    password = (expected.admin_password or "").encode()

    assert settings == expected.secret_entries
    assert stored(cluster, "argocd-redis") == {"auth": expected.redis_password}
    assert bcrypt.checkpw(password, settings["admin.password"].encode())


def printed(cluster: Cluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `make credentials` on the module's sandbox."""
    command = [sys.executable, "-m", "tools.credentials", "--root", str(cluster.root), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_one_credential_is_printed_on_request_and_nothing_else(
    project: Project, cluster: Cluster
) -> None:
    expected = derived(project)
    admin, ci = printed(cluster, "admin"), printed(cluster, "ci")

    assert (admin.stdout, admin.stderr) == (f"{expected.admin_password}\n", "")
    assert (ci.stdout, ci.stderr) == (f"{expected.ci_token}\n", "")


def test_what_argo_cd_writes_is_no_change_and_stays(project: Project, cluster: Cluster) -> None:
    before = stored(cluster)
    write_as_argo_cd(cluster, FOREIGN)
    report = project.succeed("up")

    assert set(report.done.values()) == {"same"}
    assert stored(cluster) == {**before, **FOREIGN}


def test_a_refresh_and_a_preview_with_no_cluster_find_nothing_to_change(project: Project) -> None:
    project.succeed("refresh")
    offline = without_cluster(project)

    assert set(offline.succeed("preview").done.values()) == {"same"}
    assert set(project.succeed("up").done.values()) == {"same"}


READERS = {
    "argo-cd-deployment-argocd-redis",
    "argo-cd-deployment-argocd-repo-server",
    "argo-cd-deployment-argocd-server",
    "argo-cd-statefulset-argocd-application-controller",
}
ADMIN = {"admin.password", "admin.passwordMtime"}


@pytest.mark.parametrize(
    "credential, resources, entries",
    [
        ("admin", {SETTINGS}, ADMIN),
        (
            "serverKey",
            {SETTINGS, "argo-cd-deployment-argocd-server"},
            {"server.secretkey"},
        ),
        ("redis", {"argo-cd-secret-argocd-redis", *READERS}, set()),
        ("ci", {SETTINGS}, {"accounts.ci.tokens"}),
    ],
)
def test_a_counter_rotates_one_credential_in_place_and_restarts_its_readers(
    project: Project,
    cluster: Cluster,
    credential: str,
    resources: set[str],
    entries: set[str],
) -> None:
    before, redis = stored(cluster), stored(cluster, "argocd-redis")
    uids = cluster.uids("secrets,deployments,statefulsets", "-n", "argocd")
    rotations: dict[str, Any] = project.config.get("credentials", {})
    rotated = {**rotations, credential: {"rotation": 1_795_341_600}}
    report = project.succeed("up", {"credentials": rotated})
    after = stored(cluster)

    assert named(report.done, "update") == resources
    assert set(report.done.values()) == {"same", "update"}
    assert cluster.uids("secrets,deployments,statefulsets", "-n", "argocd") == uids
    assert {key for key in before | after if before.get(key) != after.get(key)} == entries
    assert (stored(cluster, "argocd-redis") != redis) == (credential == "redis")
    assert after == {**derived(project).secret_entries, **FOREIGN}


def test_after_the_rotations_nothing_is_left_to_change(project: Project) -> None:
    assert set(project.succeed("up").done.values()) == {"same"}


def test_a_counter_that_is_set_back_brings_the_credentials_back(
    project: Project, cluster: Cluster
) -> None:
    project.succeed("up", {})

    assert stored(cluster) == {**derived(project).secret_entries, **FOREIGN}
    assert derived(project).secret_entries["admin.passwordMtime"] == "2026-01-01T00:00:00Z"


def test_a_password_that_was_changed_through_argo_cd_is_taken_over_by_the_next_rotation(
    project: Project, cluster: Cluster
) -> None:
    write_as_argo_cd(cluster, {"admin.password": "hash of somebody", "accounts.ci.tokens": "[]"})
    project.succeed("up", {"credentials": {"admin": {"rotation": 2}, "ci": {"rotation": 2}}})

    assert stored(cluster) == {**derived(project).secret_entries, **FOREIGN}


def test_an_admin_that_is_switched_off_loses_its_password_and_nobody_else_any(
    project: Project, cluster: Cluster
) -> None:
    before = stored(cluster)
    project.succeed("up", {"credentials": {"admin": {"enabled": False}, "ci": {"rotation": 2}}})
    (config,) = cluster.items("configmap", "argocd-cm", "-n", "argocd")

    assert before.keys() - stored(cluster).keys() == ADMIN
    assert {**stored(cluster), **FOREIGN} == stored(cluster)
    assert config["data"]["admin.enabled"] == "false"
