"""Start, stop and reset of a sandbox."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from errors import ToolError
from tools.sandbox import control_plane, files, nodes, observe, processes
from tools.sandbox.client import Client
from tools.sandbox.flavour import PLAIN, Flavour
from tools.sandbox.layout import Layout
from tools.sandbox.observe import Status, status
from tools.toolchain import cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Sandbox", "Status", "reset", "start", "status", "stop"]

READY_SECONDS = 90
LOCK_SECONDS = 180
ANSWER_SECONDS = 5

_POLL = 0.05
_REVIVALS = 5


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    name: str
    server: str
    """The URL of its API server, on the loopback interface."""
    kubeconfig: Path
    """A file that carries its certificates, mode 0600, at the same path after every start."""
    was_running: bool
    """Whether start found it ready and did nothing."""


def start(
    root: Path, binaries: Mapping[str, Path], flavour: Flavour = PLAIN, name: str | None = None
) -> Sandbox:
    """Return the sandbox of a checkout, running and ready for a first deployment.

    Does nothing when it is that already. Otherwise it repairs: what is left of an interrupted
    start, a crash or a reboot is ended, and all components are launched on the data that is there.
    `binaries` maps each name in control_plane.TOOLS to a program. On failure nothing is left
    running and a ToolError shows the end of the log of what failed.
    """
    layout = Layout.of(root, name or flavour.name)
    server = observe.ready_server(layout)
    was_running = bool(server)
    if not was_running:
        with _alone():
            try:
                server = _serving(layout)
                if not server:
                    processes.end(layout)
                    server = control_plane.launch(layout, binaries, flavour)
                _settle(layout, binaries, server)
            except BaseException:
                processes.end(layout)
                raise
    return Sandbox(layout.name, server, layout.kubeconfig, was_running)


def stop(root: Path, name: str = PLAIN.name) -> bool:
    """End the processes and keep the objects; whether there were any processes."""
    layout = Layout.of(root, name)
    with _alone():
        return processes.end(layout)


def reset(root: Path, name: str = PLAIN.name) -> bool:
    """Stop and delete everything, so that the next start is a fresh one; whether there was any."""
    layout = Layout.of(root, name)
    with _alone():
        ended = processes.end(layout)
        existed = layout.state.exists()
        if existed:
            shutil.rmtree(layout.state)
        folder = layout.state.parent
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return ended or existed


def _serving(layout: Layout) -> str:
    """Return the URL of an API server that may go on, or nothing."""
    pids = processes.find(layout)
    if processes.LAUNCHER in pids or not pids.keys() >= set(processes.CORE):
        return ""
    server = files.server_of(layout.kubeconfig)
    deadline = time.monotonic() + ANSWER_SECONDS
    with Client(layout, server) as client:
        while client.get("/readyz") != "ok":
            if time.monotonic() > deadline:
                return ""
            time.sleep(_POLL)
    return server


def _settle(layout: Layout, binaries: Mapping[str, Path], server: str) -> None:
    """Create the nodes and wait until a deployment can start.

    A slow machine makes controllers give up waiting for the API server, and that one give up
    waiting for etcd: they are started again.
    """
    deadline = time.monotonic() + READY_SECONDS
    revivals = 0
    created = False
    with Client(layout, server) as client:
        while True:
            dead = processes.dead(processes.find(layout))
            if "etcd" in dead or (dead and revivals == _REVIVALS):
                raise _failure(layout, dead[0], "ended by itself")
            if dead:
                revivals += 1
                control_plane.revive(layout, binaries, dead)
            created = created or nodes.create(client)
            lack = nodes.lacking(client)
            if created and not lack and not dead:
                return
            if lack and time.monotonic() > deadline:
                raise _failure(layout, lack.component, f"after {READY_SECONDS} s: {lack.what}")
            time.sleep(_POLL)


def _failure(layout: Layout, component: str, what: str) -> ToolError:
    log = layout.logs / f"{component}.log"
    return ToolError(
        f'sandbox "{layout.name}", {component}: {what}; the end of its log:\n'
        f"{files.log_tail(log)}\n"
        f"  all logs: {layout.logs}\n"
        "  If another start fails too, the data may be damaged: make sandbox-reset drops it."
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Let one command at a time change a sandbox of this user, whichever the checkout.

    kwokctl looks for free ports, and the components open them only later.
    """
    folder = cache.root() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "sandbox.lock")
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as exc:
        msg = f"another sandbox command has been at work for {LOCK_SECONDS} s ({lock.lock_file})"
        raise ToolError(msg) from exc
    try:
        yield
    finally:
        lock.release()
