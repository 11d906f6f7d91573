"""Secret values that are planted in a stack reach the Secrets of the cluster, and no other place.

Searched are the state and its export, what every command prints, the tools' logs and files, every
object of the cluster but Secrets, and the command lines of all processes.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.command_lines import command_lines
from tests.support.engine import ROOT, Cluster, Project
from tests.support.sentinels import GIVEN, PARTS, SEED, SETTINGS, derived, leaks
from tools import credentials, stack_files, toolchain
from tools.render.__main__ import render
from tools.render.recorder import record_program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
NOT_SEARCHED = ("etcd", "pulumi/state")
"""Folders of the sandbox: the cluster's own memory, which holds Secrets as they are, and the state,
which is searched by itself."""


@pytest.fixture(scope="module")
def seen() -> Iterator[set[str]]:
    """Return the command lines of all processes, from the first test to the last."""
    with command_lines() as lines:
        yield lines


@pytest.fixture(scope="module")
def started() -> float:
    """Return when the first test began."""
    return time.time()


@pytest.fixture(scope="module")
def secret() -> dict[str, str]:
    """Return what must not be seen, by name; what is derived joins it when it is known."""
    return {"seed": SEED, **GIVEN, **PARTS}


STEPS = [
    ("preview", "derived"),
    ("up", "derived"),
    ("preview", "given"),
    ("up", "given"),
    ("refresh", "given"),
]
"""What is run, on a stack whose credentials are derived and on one that has values of its own."""


@pytest.mark.usefixtures("seen", "started")
@pytest.mark.parametrize("operation, kind", STEPS, ids=[" ".join(step) for step in STEPS])
def test_a_command_prints_none(
    project: Project, secret: dict[str, str], operation: str, kind: str
) -> None:
    project.secrets = {"credentialsSeed": SEED, **GIVEN}
    config = SETTINGS if kind == "given" else {}
    project.succeed(operation, config, diff=operation != "up")
    own = derived(credentials.read(project.target, project.folder, STACK))
    secret |= {f"{what}, {kind}": value for what, value in own.items()}
    said = "\n".join(project.lines)

    assert f"{operation}: " in said
    assert "[secret]" in said or operation != "preview"
    assert leaks(said, secret) == set()


def found_in(files: Iterator[Path], secret: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the names of the values by the file that holds them; programs are left out."""
    data = (f for f in files if f.is_file() and not f.is_symlink() and not os.access(f, os.X_OK))
    texts = ((str(f), f.read_bytes().decode(errors="replace")) for f in data)
    return {name: leaking for name, text in texts if (leaking := leaks(text, secret))}


def test_the_values_reach_the_secrets_of_the_cluster(
    cluster: Cluster, secret: dict[str, str]
) -> None:
    stored = cluster.run("get", "secrets", "-A", "-o", "json")

    # Of the admin's password only the hash is stored.
    assert leaks(stored, secret) >= {
        *(GIVEN.keys() - {"adminPassword"}),
        "argocd-secret admin.password, given",
    }


def test_none_is_in_the_state_or_in_its_export(project: Project, secret: dict[str, str]) -> None:
    states = project.target.folder / "pulumi" / "state"
    export = subprocess.run(
        [toolchain.ensure("pulumi")["pulumi"], "stack", "export", "--stack", STACK],
        cwd=project.folder,
        env={**os.environ, **environment(project)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "argo-cd-secret-argocd-redis" in export
    assert leaks(export, secret) == set()
    assert found_in(states.rglob("*"), secret) == {}


def environment(project: Project) -> dict[str, str]:
    return {
        "PULUMI_BACKEND_URL": f"file://{project.target.folder / 'pulumi' / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def test_none_is_in_a_file_or_log_of_the_sandbox_or_of_the_engine(
    project: Project, secret: dict[str, str], started: float
) -> None:
    sandbox = project.target.folder
    left_out = [sandbox / name for name in NOT_SEARCHED]
    ours = (f for f in sandbox.rglob("*") if not any(f.is_relative_to(o) for o in left_out))
    home = toolchain.pulumi_home()
    touched = (f for f in home.rglob("*") if f.is_file() and f.stat().st_mtime >= started)

    assert all(folder.is_dir() for folder in left_out)
    assert found_in(ours, secret) == {}
    assert found_in(touched, secret) == {}


def test_none_is_in_any_other_object_of_the_cluster(
    cluster: Cluster, secret: dict[str, str]
) -> None:
    kinds = cluster.run("api-resources", "--verbs=list", "--output=name").split()
    others = ",".join(kind for kind in kinds if kind != "secrets")
    objects = json.loads(cluster.run("get", others, "-A", "-o", "json", "--show-managed-fields"))

    names = {o["metadata"]["name"] for o in objects["items"]}
    assert {"argocd-cm", "argocd-server"} <= names
    assert leaks(json.dumps(objects), secret) == set()


def test_none_is_rendered_from_the_stack_file(
    project: Project, secret: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    config = stack_files.raw_config(project.folder, STACK)
    files = render(record_program(ROOT, config, STACK))

    assert files
    assert leaks(json.dumps([*files.values()]), secret) == set()
    assert leaks((project.folder / f"Pulumi.{STACK}.yaml").read_text(), secret) == set()


def test_none_was_on_a_command_line(seen: set[str], secret: dict[str, str]) -> None:
    """The last test, as it looks at all that ran before."""
    lines = seen.copy()  # it still grows
    setting = [line for line in lines if "gitops-bootstrap:secrets.credentialsSeed" in line]

    assert setting  # short commands were seen, too
    assert [line for line in lines if leaks(line, secret)] == []
