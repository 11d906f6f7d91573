"""Argo CD's own code reads the entries of argocd-cm as the tests say; no cluster is needed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.health_checks.actions import actions
from tests.support.needs import uses_tools
from tests.unit.components.shared.test_argo_cd_config import FATAL, UNDERSTOOD
from tests.unit.stack.mapping.test_health_checks import entries
from tools import toolchain

CLONE_SET: dict[str, Any] = {
    "apiVersion": "apps.kruise.io/v1alpha1",
    "kind": "CloneSet",
    "metadata": {"name": "hello", "namespace": "default"},
    "spec": {
        "replicas": 2,
        "updateStrategy": {"partition": "50%"},
        "template": {"spec": {"containers": [{"name": "a", "image": "b"}], "nodeSelector": {}}},
    },
}
EVERYTHING = {
    "ignoredFields": {"replicas": True, "partition": True, "paused": True},
    "exclusions": {"tektonRuns": True},
}


@pytest.fixture(scope="session")
@uses_tools("argocd")
def argocd() -> Path:
    """Return the program."""
    return toolchain.ensure("argocd")["argocd"]


def settings(
    argocd: Path,
    folder: Path,
    data: dict[str, str],
    *arguments: str,
    resource: dict[str, Any] = CLONE_SET,
) -> str:
    """Return what `argocd admin settings` says of an argocd-cm, and of `resource.yaml`."""
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "argocd-cm", "labels": {"app.kubernetes.io/part-of": "argocd"}},
        "data": data,
    }
    (folder / "argocd-cm.yaml").write_text(yaml.safe_dump(config_map), "utf-8")
    (folder / "resource.yaml").write_text(yaml.safe_dump(resource), "utf-8")
    command = [str(argocd), "admin", "settings", *arguments, "--argocd-cm-path", "argocd-cm.yaml"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def is_accepted(argocd: Path, folder: Path, data: dict[str, str]) -> bool:
    said = settings(argocd, folder, data, "validate", "--group", "resource-overrides")
    assert "resource-overrides" in said
    return "✅" in said


def test_everything_that_can_be_contributed_is_accepted(argocd: Path, tmp_path: Path) -> None:
    assert is_accepted(argocd, tmp_path, entries(healthChecks=EVERYTHING))


def test_what_the_grammar_accepts_argo_cd_accepts(argocd: Path, tmp_path: Path) -> None:
    assert is_accepted(argocd, tmp_path, dict(UNDERSTOOD))


@pytest.mark.parametrize("name,value,_text", FATAL)
def test_what_the_grammar_calls_broken_argo_cd_refuses(
    argocd: Path, tmp_path: Path, name: str, value: str, _text: str
) -> None:
    assert not is_accepted(argocd, tmp_path, {name: value})


def test_the_actions_of_a_held_cloneset_are_offered(argocd: Path, tmp_path: Path) -> None:
    overrides = ("resource-overrides", "list-actions", "resource.yaml")
    said = settings(argocd, tmp_path, entries(), *overrides)

    offered = dict(line.split() for line in said.splitlines()[1:] if line)
    assert offered == {
        "pause": "false",
        "release-partition": "false",
        "restart": "false",
        "resume": "true",  # disabled
    }


@pytest.mark.parametrize(
    "action,changes",
    [
        ("pause", [">     paused: true"]),
        ("release-partition", ["<     partition: 50%", ">     partition: 0"]),
        ("resume", []),
    ],
)
def test_an_action_changes_its_field_and_nothing_else(
    argocd: Path, tmp_path: Path, action: str, changes: list[str]
) -> None:
    overrides = ("resource-overrides", "run-action", "resource.yaml", action)
    said = settings(argocd, tmp_path, entries(), *overrides)

    assert [line for line in said.splitlines() if line.startswith(("<", ">"))] == changes


def test_a_restart_has_the_time_of_argo_cds_clock(argocd: Path, tmp_path: Path) -> None:
    overrides = ("resource-overrides", "run-action", "resource.yaml", "restart")
    said = settings(argocd, tmp_path, entries(), *overrides)

    changes = [line for line in said.splitlines() if line.startswith(("<", ">"))]
    assert any("kubectl.kubernetes.io/restartedAt" in line for line in changes)
    assert not [line for line in changes if line.startswith("<")]


@pytest.mark.parametrize("kind", actions())
def test_each_kind_with_actions_is_read(argocd: Path, tmp_path: Path, kind: str) -> None:
    group, _, name = kind.partition("/")
    overrides = ("resource-overrides", "list-actions", "resource.yaml")
    resource = {**CLONE_SET, "apiVersion": f"{group}/v1alpha1", "kind": name}

    assert "pause" in settings(argocd, tmp_path, entries(), *overrides, resource=resource)
