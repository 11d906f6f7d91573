"""Create a run and follow it to its end."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

from errors import ToolError
from tools.deliver.manifest import steps_of, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUILD_LABEL = "gitops-bootstrap/build"
"""As components/delivery/built.py has it, which is not imported: it would load the engine."""

PAUSE_SECONDS = 1.0
_WITHOUT_START = 120


class Kubectl:
    """kubectl on one cluster."""

    def __init__(self, command: Sequence[str]) -> None:
        """Use `command`: the program and what selects the cluster."""
        self._command = list(command)

    def get(self, *arguments: str) -> dict[str, Any]:
        """Return what `kubectl get` gives as JSON; ToolError with its message."""
        return dict(json.loads(self.run("get", "--output=json", *arguments)))

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Return what a command prints; ToolError with its message."""
        done = subprocess.run(
            [*self._command, *arguments], input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolError(f"kubectl {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def stream(self, *arguments: str) -> bool:
        """Let a command print to the terminal; whether it succeeded."""
        return subprocess.run([*self._command, *arguments], check=False).returncode == 0


class NothingHappensError(ToolError):
    """Nobody works on the run."""


def create(kubectl: Kubectl, run: dict[str, Any]) -> str:
    """Create the run and return its name."""
    made = kubectl.run("create", "--filename=-", "--output=json", stdin=json.dumps(run))
    return str(json.loads(made)["metadata"]["name"])


def started_by(
    kubectl: Kubectl,
    namespace: str,
    build: str,
    *,
    pause: float = PAUSE_SECONDS,
    patience: float = _WITHOUT_START,
) -> str:
    """Return the name of the delivery's run that a build has asked for.

    Raises NothingHappensError where there is none after `patience` seconds.
    """
    started = time.monotonic()
    while not (
        runs := kubectl.get(
            "pipelineruns", f"--namespace={namespace}", f"--selector={BUILD_LABEL}={build}"
        )["items"]
    ):
        if time.monotonic() - started > patience:
            raise NothingHappensError(
                f"the image is there, and {build} has started no delivery after {patience:.0f} s: "
                f"`kubectl logs --namespace {namespace} --selector eventlistener` says why; "
                "without BUILD, make deliver starts one"
            )
        time.sleep(pause)
    return str(runs[0]["metadata"]["name"])


def follow(
    kubectl: Kubectl,
    namespace: str,
    name: str,
    say: Callable[[str], None],
    *,
    pause: float = PAUSE_SECONDS,
    patience: float = _WITHOUT_START,
) -> dict[str, Any]:
    """Print the logs of the run as they come and return the run when it is over.

    Raises NothingHappensError when no pod has begun to work after `patience` seconds.
    """
    seen: set[tuple[str, str]] = set()
    started = time.monotonic()
    while True:
        run = kubectl.get("pipelinerun", name, f"--namespace={namespace}")
        _print_logs(kubectl, namespace, name, seen, say)
        if verdict(run):
            return run
        if not seen and time.monotonic() - started > patience:
            raise NothingHappensError(
                f"no step of {name} has begun after {patience:.0f} s: `kubectl describe "
                f"pipelinerun {name} --namespace {namespace}` says what it waits for"
            )
        time.sleep(pause)


def _print_logs(
    kubectl: Kubectl,
    namespace: str,
    name: str,
    seen: set[tuple[str, str]],
    say: Callable[[str], None],
) -> None:
    home = f"--namespace={namespace}"
    for pod in kubectl.get("pods", home, f"--selector=tekton.dev/pipelineRun={name}")["items"]:
        pod_name = pod["metadata"]["name"]
        for step, begun in steps_of(pod).items():
            if begun and (pod_name, step) not in seen:
                seen.add((pod_name, step))
                say(f"--- {step.removeprefix('step-')}")
                kubectl.stream("logs", "--follow", home, pod_name, f"--container={step}")
