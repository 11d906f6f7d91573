"""Secret values that are planted in a stack reach the Secrets of the cluster, and no other place.

Searched are the state and its export, what every command prints, the tools' logs and files, every
object of the cluster but Secrets, and the command lines of all processes.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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


@dataclass
class Runs:
    """What was planted, and what was printed."""

    secret: dict[str, str]
    """Everything that must not be seen: what was given, and what is derived from it."""
    said: dict[str, str] = field(default_factory=dict)
    """What the commands printed, by command."""


@pytest.fixture(scope="module")
def runs(project: Project, seen: set[str], started: float) -> Runs:
    """Run the commands on a stack with sentinels: first all derived, then some given."""
    del seen, started  # they must have begun
    project.secrets = {"credentialsSeed": SEED, **GIVEN}
    runs = Runs({"seed": SEED, **GIVEN, **PARTS})
    for name, config in (("derived", {}), ("given", SETTINGS)):
        for operation in ("preview", "up", "refresh"):
            project.succeed(operation, config, diff=operation != "up")
            runs.said[f"{operation}, {name}"] = "\n".join(project.lines)
        own = derived(credentials.read(project.target, project.folder, STACK))
        runs.secret |= {f"{what}, {name}": value for what, value in own.items()}
    return runs


def found_in(files: Iterator[Path], secret: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the names of the values by the file that holds them."""
    texts = ((str(f), f.read_bytes().decode(errors="replace")) for f in files if f.is_file())
    return {name: leaking for name, text in texts if (leaking := leaks(text, secret))}


def test_the_values_reach_the_secrets_of_the_cluster(cluster: Cluster, runs: Runs) -> None:
    stored = cluster.run("get", "secrets", "-A", "-o", "json")

    # Of the admin's password only the hash is stored.
    assert leaks(stored, runs.secret) >= {
        *(GIVEN.keys() - {"adminPassword"}),
        "argocd-secret admin.password, given",
    }


def test_no_command_prints_one(runs: Runs) -> None:
    found = {name: leaks(text, runs.secret) for name, text in runs.said.items()}

    assert "[secret]" in runs.said["preview, derived"]
    assert found == {name: set() for name in runs.said}


def test_none_is_in_the_state_or_in_its_export(project: Project, runs: Runs) -> None:
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
    assert leaks(export, runs.secret) == set()
    assert found_in(states.rglob("*"), runs.secret) == {}


def environment(project: Project) -> dict[str, str]:
    return {
        "PULUMI_BACKEND_URL": f"file://{project.target.folder / 'pulumi' / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def test_none_is_in_a_file_or_log_of_the_sandbox_or_of_the_engine(
    project: Project, runs: Runs, started: float
) -> None:
    sandbox = project.target.folder
    left_out = [sandbox / name for name in NOT_SEARCHED]
    ours = (f for f in sandbox.rglob("*") if not any(f.is_relative_to(o) for o in left_out))
    home = toolchain.pulumi_home()
    touched = (f for f in home.rglob("*") if f.is_file() and f.stat().st_mtime >= started)

    assert all(folder.is_dir() for folder in left_out)
    assert found_in(ours, runs.secret) == {}
    assert found_in(touched, runs.secret) == {}


def test_none_is_in_any_other_object_of_the_cluster(cluster: Cluster, runs: Runs) -> None:
    kinds = cluster.run("api-resources", "--verbs=list", "--output=name").split()
    others = ",".join(kind for kind in kinds if kind != "secrets")
    objects = json.loads(cluster.run("get", others, "-A", "-o", "json", "--show-managed-fields"))

    names = {o["metadata"]["name"] for o in objects["items"]}
    assert {"argocd-cm", "argocd-server"} <= names
    assert leaks(json.dumps(objects), runs.secret) == set()


def test_none_is_rendered_from_the_stack_file(
    project: Project, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    config = stack_files.raw_config(project.folder, STACK)
    files = render(record_program(ROOT, config, STACK))

    assert files
    assert leaks(json.dumps([*files.values()]), runs.secret) == set()
    assert leaks((project.folder / f"Pulumi.{STACK}.yaml").read_text(), runs.secret) == set()


def test_none_was_on_a_command_line(seen: set[str], runs: Runs) -> None:
    """The last test, as it looks at all that ran before."""
    setting = [line for line in seen if "gitops-bootstrap:secrets.credentialsSeed" in line]

    assert setting  # short commands were seen, too
    assert [line for line in seen if leaks(line, runs.secret)] == []
