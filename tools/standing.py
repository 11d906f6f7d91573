"""What there is of a stack already, its state and its cluster: for doctor and status.

Nothing is started, fetched or written.
"""

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from errors import ConfigError, ToolError
from kube.cluster import Cluster, ClusterError, connect
from stack import loader
from stack.settings import Settings
from tools import toolchain
from tools.credentials import target_of
from tools.deploy.command import CancellableCommand
from tools.deploy.stack import PROJECT, last_words
from tools.deploy.target import Target, engine_environment
from tools.sandbox import observe
from tools.stack_files import raw_config, with_seed
from tools.toolchain import pins

ROOT = Path(__file__).resolve().parents[1]
CLUSTERS = ("sandbox", "kind", "context", "live")

Resources = list[dict[str, Any]]
"""Resources as a state has them: urn, type, parent, outputs."""


def parser(name: str, words: str | None) -> argparse.ArgumentParser:
    """Return the command line that the commands share."""
    found = argparse.ArgumentParser(
        prog=f"make {name}",
        description=words,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    found.add_argument(
        "--cluster",
        choices=CLUSTERS,
        default="sandbox",
        help="as for make up; live: the sandbox of make live",
    )
    found.add_argument("--format", choices=("text", "json"), default="text")
    found.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return found


def place(options: argparse.Namespace) -> Target:
    """Return the target of the command line, with its kubeconfig where it keeps one."""
    target = target_of(options.cluster, options.root)
    if not target.is_local:
        return target
    return Target(target.name, target.folder, target.folder / "kubeconfig")


def configuration(target: Target, stack: str) -> dict[str, str]:
    """Return the raw configuration of a stack on a target; ConfigError for an unknown stack."""
    config = raw_config(ROOT, stack)
    return with_seed(config) if target.is_local else config


def load(target: Target, config: Mapping[str, str], stack: str) -> Settings:
    """Return the settings; ConfigError with every problem."""
    environ = dict(os.environ)
    if target.kubeconfig:
        environ["KUBECONFIG"] = str(target.kubeconfig)
    return loader.load(config, stack=stack, dry_run=True, environ=environ, project=ROOT)


def cluster_of(target: Target, root: Path, loaded: Settings) -> Cluster:
    """Return a reader of the target's cluster; ClusterError, with what to do, without one."""
    if target.name == "sandbox":
        found = observe.status(root, target.folder.name)
        if not found.running:
            start = "make live" if target.folder.name == "live" else "make sandbox, or make up"
            raise ClusterError(f"the sandbox does not run ({found.detail}). Fix: {start}")
    elif target.kubeconfig and not target.kubeconfig.is_file():
        raise ClusterError(f"there is no {target.name} cluster yet. Fix: make up makes it")
    elif not target.is_local and not loaded.cluster.selected:
        raise ClusterError("no cluster is selected. Fix: set cluster.context, or KUBECONFIG")
    if target.kubeconfig:
        return connect(str(target.kubeconfig), None)
    return connect(loaded.cluster.kubeconfig, loaded.cluster.context)


def state_of(target: Target, stack: str) -> Resources:
    """Return the resources of a stack's state; none when it was never up.

    That of a local target is a file. Another one's is exported by the CLI, which must be there:
    ToolError; ConfigError without a backend.
    """
    if target.is_local:
        path = target.folder / "pulumi/state/.pulumi/stacks" / PROJECT / f"{stack}.json"
        if not path.is_file():
            return []
        latest = json.loads(path.read_bytes())["checkpoint"]["latest"] or {}
        return list(latest.get("resources") or [])
    binary = toolchain.present("pulumi")["pulumi"]
    if binary is None:
        raise ToolError("the Pulumi CLI is not there, so the state cannot be read. Fix: make tools")
    environment = engine_environment(target, toolchain.pulumi_home(), os.environ)
    command = CancellableCommand(binary.path, pins.load().tools["pulumi"].version)
    try:
        answer = command.run(["stack", "export", "--stack", stack], str(ROOT), environment)
    except auto.StackNotFoundError:
        return []
    except auto.CommandError as error:
        raise ConfigError(
            f"the state of stack {stack} cannot be read: {last_words(error)}"
        ) from error
    return list((json.loads(answer.stdout)["deployment"] or {}).get("resources") or [])
