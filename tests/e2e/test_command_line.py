"""The driver as a user meets it: its words, its exit codes, and Ctrl-C."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine import ENGINE, ROOT, SANDBOX
from tests.support.needs import uses_tools
from tools import toolchain
from tools.sandbox import lifecycle

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

EXIT_CANCELLED = 130
EXIT_NOT_READY = 3


def command(root: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-u", "-m", "tools.deploy", *arguments, "--root", str(root)]


def deploy(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(root, *arguments), cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
@uses_tools(*ENGINE, *SANDBOX)
def root(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a sandbox that the commands start themselves."""
    del upstream  # wanted for what it does
    folder = tmp_path_factory.mktemp("checkout")
    yield folder
    lifecycle.reset(folder)


def test_an_unknown_stack_is_refused_with_those_there_are(tmp_path: Path) -> None:
    result = deploy(tmp_path, "up", "--stack", "nowhere")

    assert result.returncode == 1
    assert result.stderr.startswith('error: there is no stack "nowhere"')
    assert "stacks: dev, " in result.stderr
    assert not (tmp_path / ".sandbox").exists()


@pytest.mark.parametrize("operation", ["up", "refresh", "destroy", "outputs"])
def test_without_a_cluster_there_is_only_a_preview(tmp_path: Path, operation: str) -> None:
    result = deploy(tmp_path, operation, "--cluster", "none")

    assert result.returncode == 1
    assert "CLUSTER=none" in result.stderr
    assert not (tmp_path / ".sandbox").exists()


def test_an_interrupted_up_is_finished_by_the_next_one(root: Path) -> None:
    with subprocess.Popen(
        command(root, "up"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        created = 0
        for line in process.stdout:
            created += line.startswith("+ ")
            if created == 10:  # in the midst of it
                process.send_signal(signal.SIGINT)
                break
        _, status = process.communicate(timeout=120)

    assert process.returncode == EXIT_CANCELLED, status
    assert "cancelling" in status

    resumed = deploy(root, "up")
    assert resumed.returncode == 0, resumed.stdout
    again = deploy(root, "up", "--expect-no-changes")
    assert again.returncode == 0, again.stdout
    assert "up: 0 changes" in again.stdout


def test_outputs_are_json_on_stdout(root: Path) -> None:
    result = deploy(root, "outputs")

    assert result.returncode == 0
    assert '"server": "argocd-server.argocd.svc:443"' in result.stdout


def test_doctor_and_status_tell_what_there_is(root: Path) -> None:
    doctor = look(root, "doctor")
    assert doctor["good"], doctor
    said = {finding["about"]: finding["text"] for finding in doctor["findings"]}
    assert said["cluster"].startswith("Kubernetes v1.")
    assert said["rights"] == "everything is allowed"
    assert "argoCd v3.5.1" in said["state"]
    assert said["existing"] == "nothing of anybody else's stands in the way"

    status = look(root, "status")
    assert status["ready"], status
    workloads = {unit["name"]: unit["workloads"] for unit in status["units"]}
    assert len(workloads["argo-cd"]) == 7
    names = {workload["name"] for workload in workloads["open-kruise"]}
    assert "Deployment kruise-system/kruise-controller-manager" in names
    assert status["next"] == "all is ready; how to reach it: make outputs STACK=dev"


def test_doctor_and_status_say_the_same_to_people(root: Path) -> None:
    doctor = tool(root, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert re.search(r"^ok +rights +everything is allowed$", doctor.stdout, re.MULTILINE)
    assert "next: make preview STACK=dev CLUSTER=sandbox, then make up" in doctor.stdout

    status = tool(root, "status")
    assert status.returncode == 0, status.stdout
    assert "ok   Deployment argocd/argocd-server 1/1" in status.stdout
    assert "next: all is ready" in status.stdout


def test_status_of_a_broken_platform_says_what_mends_it(root: Path) -> None:
    kubectl = toolchain.ensure("kubectl")["kubectl"]
    kubeconfig = root / ".sandbox/plain/kubeconfig"
    delete = ("delete", "deployment", "argocd-server", "-n", "argocd")
    subprocess.run([kubectl, "--kubeconfig", kubeconfig, *delete], check=True, timeout=60)

    broken = tool(root, "status")
    assert broken.returncode == EXIT_NOT_READY, broken.stdout
    (following,) = [line for line in broken.stdout.splitlines() if line.startswith("next: ")]
    assert following.endswith(
        "argocd-server is gone: make refresh STACK=dev, then make up STACK=dev"
    )
    told = json.loads(tool(root, "status", "--format", "json").stdout)
    assert told["ready"] is False
    assert following == f"next: {told['next']}"

    for operation in re.findall(r"make (\w+) STACK", following):
        assert deploy(root, operation).returncode == 0
    assert tool(root, "status").returncode == 0


def tool(root: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a command that only looks."""
    return subprocess.run(
        [sys.executable, "-m", f"tools.{name}", "--root", str(root), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def look(root: Path, command: str) -> dict[str, Any]:
    """Return what a command that only looks prints as JSON; it must succeed."""
    result = tool(root, command, "--format", "json")
    assert result.returncode == 0, result.stdout + result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_destroy_ends_with_a_summary(root: Path) -> None:
    result = deploy(root, "destroy")

    assert result.returncode == 0
    assert re.search(r"^destroy: \d\d+ changes", result.stdout, re.MULTILINE)
