"""A stack on a running sandbox, operated with the real engine."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi.automation import EngineEvent

from kube.provider import FORCE_VARIABLE
from tools import toolchain
from tools.deploy import local_secrets
from tools.deploy.command import CancellableCommand
from tools.deploy.report import Report
from tools.deploy.stack import open_stack, operate
from tools.deploy.target import Target, engine_environment, workspace
from tools.sandbox import control_plane
from tools.toolchain import pins

ROOT = Path(__file__).resolve().parents[2]

ENGINE = ("pulumi", pins.PLUGIN)
SANDBOX = (*control_plane.TOOLS, "kubectl")


@dataclass
class Cluster:
    """A running sandbox, looked at through kubectl."""

    root: Path
    kubeconfig: Path
    kubectl: Path

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl; its output, or CalledProcessError."""
        command = [str(self.kubectl), "--kubeconfig", str(self.kubeconfig), *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the objects that `kubectl get ARGUMENTS` lists."""
        found = json.loads(self.run("get", "-o", "json", *arguments))
        return list(found.get("items", [found]))

    def uids(self, *arguments: str) -> dict[str, str]:
        """Return name -> uid of the objects that `kubectl get ARGUMENTS` lists."""
        return {o["metadata"]["name"]: o["metadata"]["uid"] for o in self.items(*arguments)}


@dataclass
class Project:
    """One stack on one cluster, with a state of its own."""

    stack: str
    target: Target
    config: dict[str, Any] = field(default_factory=dict)
    """Laid over the shipped stack file, by unit: {"argoCd": {...}}."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Secret values of the stack by name."""
    lines: list[str] = field(default_factory=list)
    """What the last operation printed."""
    _stored: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that the engine runs in, with the stack's file."""
        return self.target.folder / "pulumi" / "workspace"

    def run(
        self,
        operation: str,
        config: dict[str, Any] | None = None,
        *,
        diff: bool = False,
        watch: Callable[[EngineEvent], None] | None = None,
    ) -> Report:
        """Run an operation of the engine and return its report; `config` holds from now on."""
        if config is not None:
            self.config = config
        folder = workspace(ROOT, self.target, self.stack)
        self._configure(folder / f"Pulumi.{self.stack}.yaml")
        os.environ.pop(FORCE_VARIABLE, None)
        environment = engine_environment(
            self.target,
            toolchain.pulumi_home(),
            os.environ,
            adopt=self.config.get("cluster", {}).get("adopt", False),
        )
        os.environ.update(environment)
        if self.target.kubeconfig is None:
            os.environ.pop("KUBECONFIG", None)
        pulumi = toolchain.ensure(*ENGINE)["pulumi"]
        command = CancellableCommand(pulumi, pins.load().tools["pulumi"].version)
        self.lines = []
        stack = open_stack(self.stack, command, folder, environment)
        local_secrets.provide(stack, ROOT)
        for name, value in self.secrets.items() - self._stored.items():
            local_secrets.put(stack, name, value)
        self._stored = dict(self.secrets)
        return operate(stack, operation, ROOT, self.lines.append, diff=diff, watch=watch)

    def succeed(
        self, operation: str, config: dict[str, Any] | None = None, *, diff: bool = False
    ) -> Report:
        """Run an operation that must not fail."""
        report = self.run(operation, config, diff=diff)
        assert not report.errors, "\n".join(self.lines)
        return report

    def _configure(self, stack_file: Path) -> None:
        content = yaml.safe_load(stack_file.read_text())
        # Tekton is half of the platform's objects: only where a test is about it.
        if not self.config.keys() & {"tekton", "delivery"}:
            content["config"]["gitops-bootstrap:tekton"] = {"enabled": False}
        for unit, values in self.config.items():
            section = content["config"].setdefault(f"gitops-bootstrap:{unit}", {})
            section.update(values)
        stack_file.write_text(yaml.safe_dump(content))


def on(cluster: Cluster, stack: str) -> Project:
    """Return a stack on the cluster."""
    folder = cluster.root / ".sandbox" / "plain"
    return Project(stack, Target("sandbox", folder, cluster.kubeconfig))


def without_cluster(project: Project) -> Project:
    """Return the same stack and state with no cluster to reach."""
    return Project(project.stack, Target("none", project.target.folder), project.config)
