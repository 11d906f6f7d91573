"""The first way to a tool: the machine has it, in the right version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.toolchain import cache

PROBE_TIMEOUT = 20


def find(name: str, probe: tuple[str, ...]) -> tuple[Path, str | None] | None:
    """Return the program that PATH names and the version it reports.

    What it reported is remembered for as long as the file stays the same, so that a run in which
    nothing changed starts no process.
    """
    located = shutil.which(name)
    if located is None:
        return None
    # Not resolved: a program may look at the name it was called by, and a manager's shims do.
    path = Path(located).absolute()
    state = path.stat()
    known = cache.seen_on_path().get(str(path))
    if known and known["state"] == [state.st_mtime_ns, state.st_size]:
        return path, known["version"]
    version = reported_version(path, probe)
    entry = {"state": [state.st_mtime_ns, state.st_size], "version": version}
    cache.seen_on_path().put(str(path), entry)
    return path, version


def reported_version(path: Path, probe: tuple[str, ...]) -> str | None:
    """Return the version that a program reports, without leading v and build suffix, or None."""
    try:
        answer = subprocess.run(
            [path, *probe],
            # Only the Pulumi CLI looks at these: no question to the publisher, no log in the home.
            env=os.environ
            | {"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(cache.pulumi_home())},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    found = re.search(r"\d+\.\d+\.\d+(?:-[\w.]+)?", answer.stdout or answer.stderr)
    return found[0] if found and answer.returncode == 0 else None
