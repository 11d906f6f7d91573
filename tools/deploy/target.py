"""Which cluster a command acts on, and the environment that the engine then gets."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from errors import ConfigError, ToolError
from kube.provider import FORCE_VARIABLE
from tools.deploy import local_secrets
from tools.stack_files import NAMESPACE, read_stack_file

LOCAL = ("sandbox", "kind", "none")
"""Targets whose state is a folder in the checkout and whose secrets need no passphrase."""

BACKEND_VARIABLES = ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CREDENTIALS_PATH")
"""Pulumi's own variables, any of which tells where the state is."""

FOLDERS = {
    "sandbox": "plain",
    "kind": "kind",
    "context": "context",
    "state": "state",
    "none": "none",
}
"""Target -> its folder below `.sandbox`; `context` never makes its own."""

PREVIEW_ONLY = ("state", "none")
"""Targets with no cluster: `state` compares with the stack's own state, `none` with nothing."""

NOWHERE = '{"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": []}'
"""A kubeconfig that leads nowhere; without one the provider would look for the user's."""

CLUSTERS = tuple(FOLDERS)


@dataclass(frozen=True)
class Target:
    """A cluster to act on, and its folder in the checkout."""

    name: str
    folder: Path
    kubeconfig: Path | None = None
    server: str = ""

    def __str__(self) -> str:
        """Return how to name it to a reader."""
        names = {
            "none": "no cluster",
            "state": "no cluster, compared with its state",
            "context": "the cluster that the stack or KUBECONFIG selects",
        }
        return " ".join(
            filter(None, (names.get(self.name, f"the {self.name} cluster"), self.server))
        )

    @property
    def is_local(self) -> bool:
        """True where this checkout keeps the state itself."""
        return self.name in LOCAL


def nowhere(folder: Path) -> Path:
    """Return a kubeconfig in the folder that leads nowhere: no credentials, and none looked for."""
    folder.mkdir(parents=True, exist_ok=True)
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(NOWHERE, encoding="utf-8")
    return kubeconfig


def kind_cluster(folder: Path) -> Path:
    """Create the kind cluster of this checkout unless it exists; return its kubeconfig (0600).

    Its name carries a digest of the folder: the state lies in the checkout, each has its own.
    """
    name = kind_name(folder)
    for program in ("kind", "docker"):
        if shutil.which(program) is None:
            raise ToolError(f"CLUSTER=kind needs {program} on PATH; without it use CLUSTER=sandbox")
    kubeconfig = folder / "kubeconfig"
    folder.mkdir(parents=True, exist_ok=True)
    if name not in _run("kind", "get", "clusters").split():
        _run("kind", "create", "cluster", "--name", name, "--kubeconfig", str(kubeconfig))
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(_run("kind", "get", "kubeconfig", "--name", name), encoding="utf-8")
    return kubeconfig


def delete_kind_cluster(folder: Path) -> None:
    """Delete the kind cluster of this checkout, if there is one, and the state of its stacks."""
    if (folder / "kubeconfig").exists():
        _run("kind", "delete", "cluster", "--name", kind_name(folder))
    shutil.rmtree(folder, ignore_errors=True)


def kind_name(folder: Path) -> str:
    """Return the name of the kind cluster that belongs to a folder."""
    return f"gitops-bootstrap-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def refuse_second_stack(target: Target, stack: str) -> None:
    """Raise ConfigError when another stack is up on a local target.

    Both would want the same namespaces, and the provider may adopt what it finds: removing one
    would remove the other.
    """
    if not target.is_local:
        return
    for state in sorted(_states(target).glob(".pulumi/stacks/*/*.json")):
        deployment = json.loads(state.read_bytes())["checkpoint"]["latest"] or {}
        if state.stem != stack and deployment.get("resources"):
            raise ConfigError(
                f"stack {state.stem} is up on {target}; a second one would fight over the same "
                f"objects. Fix: make destroy STACK={state.stem}, or make sandbox-reset"
            )


def engine_environment(
    target: Target, pulumi_home: Path, environ: Mapping[str, str], *, adopt: bool = False
) -> dict[str, str]:
    """Return what is added to the environment of the engine.

    `adopt` is the setting `cluster.adopt`; a provider plugin before 4.29 is told in this way.

    A local target gets a file backend in its own folder and an empty passphrase: there is nothing
    to protect on a throw-away cluster. Any other takes backend, passphrase and secrets provider
    from Pulumi's own variables or the login of the user.

    Raises ConfigError when such a target has no backend.
    """
    added = {
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_HOME": str(pulumi_home),
        # The engine copies every CRD several times and spends a third of its time on collecting the
        # garbage; collecting it less often costs memory, which is not what is scarce.
        "GOGC": environ.get("GOGC", "400"),
    }
    if adopt:
        added[FORCE_VARIABLE] = "true"
    if target.kubeconfig:
        added["KUBECONFIG"] = str(target.kubeconfig)
    if target.is_local:
        state = _states(target)
        state.mkdir(parents=True, exist_ok=True)
        added |= {
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            # Writing the whole state after every resource takes most of an `up`; a crash of the
            # engine costs a reset here. Never set where a lost state would matter.
            "PULUMI_SKIP_CHECKPOINTS": "true",
        }
        return added
    if any(environ.get(name) for name in BACKEND_VARIABLES):
        return added
    login = Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    if not (login / "credentials.json").is_file():
        raise ConfigError(
            "no state backend: run `pulumi login`, or set PULUMI_BACKEND_URL (s3://..., gs://..., "
            "azblob://..., file:///...) and what its secrets need (PULUMI_CONFIG_PASSPHRASE, or "
            "the access to a key service)"
        )
    # The login is kept in the user's own PULUMI_HOME, not in the one the tools manage.
    return added | {"PULUMI_CREDENTIALS_PATH": str(login)}


def workspace(root: Path, target: Target, stack: str) -> Path:
    """Return the project folder for the engine.

    For a local target that is a copy of the two project files, for three reasons: creating a stack
    writes the salt of its secrets into the stack file, the target's secrets are its own, and a
    stack file may select a cluster, which CLUSTER has just done instead.
    """
    settings = read_stack_file(root, stack)
    if not target.is_local:
        return root
    folder = target.folder / "pulumi" / "workspace"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / "Pulumi.yaml", folder / "Pulumi.yaml")
    copy = folder / f"Pulumi.{stack}.yaml"
    own = local_secrets.kept(copy)
    content = local_secrets.without_secrets(without_cluster(settings))
    content |= own | {"config": content["config"] | own.get("config", {})}
    copy.touch(mode=0o600)  # the passphrase of its secrets is empty
    copy.write_text(yaml.safe_dump(content), encoding="utf-8")
    # The path of a chart is relative to the project, in the checkout and here alike.
    link = folder / ".cache"
    if not link.is_symlink():
        (root / ".cache").mkdir(exist_ok=True)
        link.symlink_to(os.path.relpath(root / ".cache", folder))
    return folder


def without_cluster(stack_file: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a stack file without what selects a cluster."""
    config = dict(stack_file.get("config") or {})
    key = f"{NAMESPACE}cluster"
    cluster = config.get(key)
    if isinstance(cluster, str):  # `pulumi config set` without --path writes JSON
        cluster = yaml.safe_load(cluster)
    if isinstance(cluster, dict):
        config[key] = {k: v for k, v in cluster.items() if k not in {"context", "kubeconfig"}}
    return {**stack_file, "config": config}


def _states(target: Target) -> Path:
    return target.folder / "pulumi" / "state"


def _run(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ToolError(f"{' '.join(command)} failed:\n{result.stderr.strip()}")
    return result.stdout
