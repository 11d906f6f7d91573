"""One process: started in a session of its own, known by pid and start time, ended by pid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.sandbox import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PROC = Path("/proc")
_START_TIME = 19  # the field's place after the program's name, which may hold anything
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Record:
    """What is written down of a process."""

    name: str
    pid: int
    started: str
    """When, in the kernel's clock ticks: another process with the same pid has another one."""
    ready: bool = False
    restarts: int = 0
    log: str = ""

    @property
    def alive(self) -> bool:
        """Whether the process still exists and is the one that was recorded."""
        return bool(self.started) and start_time(self.pid) == self.started

    def write(self, folder: Path) -> None:
        """Write it below the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        files.write_private(folder / f"{self.name}.json", json.dumps(asdict(self), indent=2))


def records(folder: Path) -> dict[str, Record]:
    """Return what is recorded in a folder, by name."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = Record(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            continue  # written by another version, or just removed
    return found


def start_time(pid: int) -> str:
    """Return when a process started; empty if there is none, or only its remains."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[_START_TIME]


def start(
    argv: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a program that outlives this one; its output is appended to the log."""
    folder.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def end(found: Iterable[Record], patience: float | None = None) -> bool:
    """End recorded processes by pid, those that are still ours; whether there were any.

    What has not ended after `patience` seconds is killed.
    """
    left = [record for record in found if record.alive]
    existed = bool(left)
    deadline = time.monotonic() + (PATIENCE_SECONDS if patience is None else patience)
    for record in left:
        send(record.pid, signal.SIGTERM)
    while left := [record for record in left if record.alive]:
        if time.monotonic() > deadline:
            for record in left:
                send(record.pid, signal.SIGKILL)
        time.sleep(0.03)
    return existed


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
