"""Start, stop and status of a live sandbox."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from errors import ToolError
from tools import toolchain
from tools.live import process, stack, supervisor
from tools.live.api import Api
from tools.live.flavour import LIVE, NAME
from tools.live.operators import OPERATORS, PORTS, TOOLS
from tools.live.paths import Paths
from tools.live.plan import Plan, free_ports
from tools.live.workload import has_container
from tools.sandbox import control_plane, files
from tools.sandbox import lifecycle as sandbox
from tools.toolchain import pins

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tools.live.operators import Operator

CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120
_POLL = 0.1
_OUR_BIN = Path(__file__).with_name("bin")
_LONGEST_SOCKET = ".ask-pass.sock"
_SOCKET_BYTES = 107
"""As much of a path as the kernel takes for the address of a socket."""
_STARTED: list[subprocess.Popen[bytes]] = []
"""Supervisors of this process: Python complains of a child that is forgotten while it runs."""

_ROLES = (
    "argocd-server",
    "argocd-application-controller",
    "argocd-repo-server",
    "argocd-applicationset-controller",
    "argocd-cmp-server",
    "argocd-git-ask-pass",
)


@dataclass(frozen=True)
class Live:
    """A live sandbox that runs."""

    paths: Paths
    plan: Plan

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.paths.sandbox.kubeconfig

    def program(self, name: str) -> Path:
        """Return the path of a tool, or of one of the names in `bin/`."""
        return Path(self.plan.binaries.get(name, self.paths.bin / name))


def start(root: Path, say: Callable[[str], None], *, up: bool = True) -> Live:
    """Return the live sandbox, all operators ready; what runs already goes on.

    With `up`, the stack `live` is installed while the operators start.
    """
    paths = Paths.of(root)
    if (length := len(os.fsencode(paths.plugins / _LONGEST_SOCKET))) > _SOCKET_BYTES:
        msg = (
            f"{paths.root}: the path is {length - _SOCKET_BYTES} bytes too long for the sockets of "
            f"Argo CD's plugins in {paths.plugins}. Fix: a checkout in another folder"
        )
        raise ToolError(msg)
    redis = redis_server()
    # The last two are those of `up`: all at once, so that it is told how long the whole takes.
    tools = toolchain.ensure(*control_plane.TOOLS, *TOOLS, "pulumi", pins.PLUGIN)
    box = sandbox.start(root, tools, LIVE, NAME)
    say(f"control plane at {box.server}")
    running = process.records(paths.processes).get(supervisor.NAME)
    if running is None or not running.alive:
        binaries = {name: str(tools[name]) for name in TOOLS} | {"redis-server": redis}
        _launch(paths, Plan(binaries, free_ports(PORTS)))
    live = Live(paths, Plan.read(paths.plan))
    if up:
        stack.run(paths, "up", say)
        wait(live, say)
    return live


def running(root: Path) -> Live:
    """Return the live sandbox that runs at `root`; ToolError if none does."""
    paths = Paths.of(root)
    found = process.records(paths.processes).get(supervisor.NAME)
    if found is None or not found.alive:
        msg = "the live controllers are not running (make live)"
        raise ToolError(msg)
    return Live(paths, Plan.read(paths.plan))


def wait(live: Live, say: Callable[[str], None], seconds: float = READY_SECONDS) -> None:
    """Wait until every operator is ready; ToolError with the ends of the logs of the others."""
    deadline = time.monotonic() + seconds
    names = _expected(live.paths)
    while late := [name for name in names if not _is_ready(live.paths, name)]:
        if time.monotonic() > deadline:
            tails = [
                f"  {name}: {live.paths.logs / name}.log\n"
                + files.log_tail(live.paths.logs / f"{name}.log")
                for name in late
            ]
            msg = f"not ready after {seconds:.0f} s:\n" + "\n".join(tails)
            raise ToolError(msg)
        time.sleep(_POLL)
    say(f"ready: {', '.join(names)}")


def stop(root: Path, *, reset: bool = False) -> bool:
    """End all processes, the control plane's too; with `reset` delete the objects as well."""
    paths = Paths.of(root)
    found = process.records(paths.processes)
    # First the supervisor, which ends the others and would start them again; it needs its time.
    ended = process.end(
        [record for name, record in found.items() if name == supervisor.NAME],
        patience=2 * process.PATIENCE_SECONDS,
    )
    ended = process.end(process.records(paths.processes).values()) or ended
    shutil.rmtree(paths.processes, ignore_errors=True)
    return (sandbox.reset if reset else sandbox.stop)(root, NAME) or ended


def status(root: Path) -> dict[str, process.Record]:
    """Return what is recorded of each process, by name; dead ones have no pid."""
    return process.records(Paths.of(root).processes)


def _expected(paths: Paths) -> list[str]:
    """Return the names of what has to run: all but the sidecars that nobody has added."""
    with Api.of(paths) as api:
        return [o.name for o in OPERATORS if not o.sidecar or _is_added(o, api)]


def _is_added(operator: Operator, api: Api) -> bool:
    path = f"/apis/apps/v1/namespaces/{operator.namespace}/{operator.kind}/{operator.workload}"
    workload = api.get(path)
    return workload is not None and has_container(workload, operator.container)


def _is_ready(paths: Paths, name: str) -> bool:
    record = process.records(paths.processes).get(name)
    return record is not None and record.ready and record.alive


def redis_server() -> str:
    """Return the path of the one program that is neither pinned nor built; ToolError without it."""
    found = shutil.which("redis-server")
    if found is None:
        msg = (
            "redis-server is not on PATH: Argo CD keeps its cache in it\n"
            "  install the package of your system: apt-get install redis-server, "
            "dnf install redis, apk add redis"
        )
        raise ToolError(msg)
    return found


def _launch(paths: Paths, plan: Plan) -> None:
    # What a killed supervisor left behind.
    process.end(process.records(paths.processes).values())
    shutil.rmtree(paths.processes, ignore_errors=True)
    for folder in (paths.processes, paths.plugins, paths.bin):
        folder.mkdir(parents=True, exist_ok=True)
    _fill_bin(paths, plan)
    _write_kubeconfigs(paths)
    plan.write(paths.plan)
    log = paths.logs / f"{supervisor.NAME}.log"
    command = [sys.executable, "-m", supervisor.__name__, str(paths.root)]
    started = process.start(command, os.environ, CHECKOUT, log)
    _STARTED.append(started)
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(paths, supervisor.NAME):
        if started.poll() is not None or time.monotonic() > deadline:
            msg = f"the supervisor did not start; the end of {log}:\n{files.log_tail(log)}"
            raise ToolError(msg)
        time.sleep(_POLL)


def _fill_bin(paths: Paths, plan: Plan) -> None:
    """Fill the folder that is first in every PATH."""
    # Argo CD is one program that knows its role by the name it is called by.
    targets = dict.fromkeys(("argocd", *_ROLES), plan.binaries["argocd"])
    targets |= {name: plan.binaries[name] for name in ("helm", "kubectl", "kustomize", "vela")}
    targets |= {file.name: str(file) for file in _OUR_BIN.iterdir()}
    for name, target in targets.items():
        link = paths.bin / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _write_kubeconfigs(paths: Paths) -> None:
    """Write one per namespace: a process takes the current namespace for its own."""
    content = files.documents(paths.sandbox.kubeconfig)[0]
    for namespace in {operator.namespace for operator in OPERATORS}:
        content["contexts"][0]["context"]["namespace"] = namespace
        file = paths.kubeconfig(namespace)
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write_private(file, yaml.safe_dump(content, sort_keys=False))
