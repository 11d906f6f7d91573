"""The processes of a sandbox: found by what they run, never by a number in a file.

After a reboot the pid files name numbers that other programs may have by now. kwokctl only asks
whether a pid exists, so it would take those for components, and would kill them when stopping.
Ref: https://github.com/kubernetes-sigs/kwok/blob/v0.8.0/pkg/kwokctl/runtime/exec.go
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tools.sandbox.layout import Layout

CORE = ("etcd", "kube-apiserver")
COMPONENTS = (*CORE, "kube-controller-manager", "kube-scheduler", "kwok-controller")
LAUNCHER = "kwokctl"

_PROC = Path("/proc")
_PATIENCE = 10.0


def find(layout: Layout) -> dict[str, int]:
    """Return the living processes of a sandbox: component (or kwokctl) -> pid."""
    found = ((owner_of(argv, layout), pid) for pid, argv in _commands())
    return {name: pid for name, pid in found if name}


def dead(pids: Collection[str]) -> list[str]:
    """Return the components that are not among those found."""
    return [name for name in COMPONENTS if name not in pids]


def owner_of(argv: list[str], layout: Layout) -> str | None:
    """Return which component of the sandbox a command line is (or kwokctl), or None.

    All of them are run by links in the sandbox's own folder: no other program is called so.
    """
    program = Path(argv[0] if argv else "")
    ours = program.name in (*COMPONENTS, LAUNCHER) and program.is_relative_to(layout.state)
    return program.name if ours else None


def end(layout: Layout) -> bool:
    """End all processes of the sandbox by id; whether there were any.

    etcd goes last: the others write their farewell to it.
    """
    names = set(find(layout))
    for group in ({LAUNCHER}, set(COMPONENTS) - {"etcd"}, {"etcd"}):
        _end(layout, group)
    return bool(names)


def _end(layout: Layout, group: Collection[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    asked: set[int] = set()
    while pids := {pid for name, pid in find(layout).items() if name in group}:
        late = time.monotonic() > deadline
        if time.monotonic() > deadline + _PATIENCE:
            msg = f"processes {sorted(pids)} of the sandbox cannot be ended"
            raise ToolError(msg)
        for pid in pids if late else pids - asked:
            _signal(pid, signal.SIGKILL if late else signal.SIGTERM)
        asked |= pids
        time.sleep(0.02)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended by itself meanwhile
    except PermissionError as exc:
        msg = f"process {pid} of the sandbox is another user's: stop it as that user"
        raise ToolError(msg) from exc


def _commands() -> Iterator[tuple[int, list[str]]]:
    """Yield pid and command line of each process; of a zombie the line is empty."""
    if not (_PROC / "self" / "cmdline").exists():
        yield from _commands_by_ps()
        return
    for entry in os.listdir(_PROC):  # noqa: PTH208 - iterdir makes a Path of each
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:  # noqa: PTH123 - likewise
                    line = file.read()
            except OSError:
                continue  # gone meanwhile
            yield int(entry), os.fsdecode(line).split("\0")


def _commands_by_ps() -> Iterator[tuple[int, list[str]]]:
    """Do the same where there is no /proc: arguments with blanks come in pieces."""
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        pid, *argv = line.split()
        yield int(pid), argv
