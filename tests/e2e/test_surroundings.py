"""Sandbox, `up` and cancel work wherever a run is started: a matrix of the cheap parts.

What is cancelled is a background job of a shell without job control, which starts it with SIGINT
ignored. Nobody has a home that can be written to, but root does not mind.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.clone import clone_of_the_checkout
from tests.support.engine import ROOT
from tests.support.workflows import set_in_stack
from tools import toolchain
from tools.sandbox import control_plane, lifecycle
from tools.toolchain import cache, pins

TOOLS = ("pulumi", *control_plane.TOOLS, pins.PLUGIN)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.tools(*TOOLS)]

BACKGROUND = "trap '' INT QUIT TERM PIPE; nohup \"$@\" <&-"
LITTLE = 'umask 077; LC_ALL=C TZ=Pacific/Kiritimati "$@"'
LOOPBACK = """
unshare --map-root-user --net sh -ec '
  ip link set lo up
  echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
  exec "$@"
' sh "$@"
"""
NO_RIGHTS = 'unshare --user --map-user=65534 --map-group=65534 "$@"'
"""What a shell does to a command. None of them has a terminal."""

CANCEL_AND_FINISH = """
set -eu
interrupt() {
  kill -INT $!
  code=0
  wait $! || code=$?
  echo "cancelled with $code"
}

.venv/bin/python -m tools.sandbox start &
until [ -e .sandbox/plain/kwokctl.log ]; do kill -0 $!; sleep 0.05; done
interrupt
make sandbox

.venv/bin/python -u -m tools.deploy up > up.log 2>&1 &
until [ "$(grep -c '^+ ' up.log)" -ge 3 ]; do kill -0 $!; sleep 0.05; done
interrupt
make up
"""


def run(
    surroundings: str, command: Sequence[str], folder: Path, environment: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder in surroundings; skip where the machine does not allow those."""

    def shell(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-c", surroundings, "sh", *words],
            cwd=folder,
            env=environment,
            start_new_session=True,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    possible = shell("true")
    if possible.returncode:
        pytest.skip(f"not to be had on this machine: {possible.stderr}")
    return shell(*command)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return that of this process, but for a home that only root can write to."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    # Neither other folders for caches, nor the make that may run these tests.
    foreign = ("XDG_", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "HOME": str(home)}


@pytest.mark.parametrize(
    "surroundings, folder",
    [
        pytest.param(BACKGROUND, "checkout", id="nohup, no stdin, signals ignored"),
        pytest.param(
            LITTLE, "Größe und Maß", id="umask 077, LC_ALL=C, TZ, non-ASCII folder with spaces"
        ),
        pytest.param(LOOPBACK, "checkout", id="no IPv6, no network but loopback"),
        pytest.param(NO_RIGHTS, "checkout", id="no rights, no home"),
    ],
)
@pytest.mark.usefixtures("upstream")
def test_an_up_is_cancelled_and_finished(
    surroundings: str, folder: str, environment: dict[str, str], tmp_path: Path
) -> None:
    toolchain.ensure(*TOOLS)
    clone = clone_of_the_checkout(tmp_path / folder)
    off = {"enabled": False}
    set_in_stack(clone, "dev", {"kubeVela": off, "openKruise": off, "tekton": off})
    command = ["bash", "-c", CANCEL_AND_FINISH]
    try:
        result = run(
            surroundings,
            command,
            clone,
            {**environment, "GITOPS_BOOTSTRAP_CACHE": str(cache.root())},
        )
    finally:
        lifecycle.reset(clone)

    printed = result.stdout + result.stderr
    assert result.returncode == 0, printed
    assert result.stdout.count("cancelled with 130\n") == 2, printed
    assert "nothing of the sandbox was left half-started" in result.stderr
    assert re.search(r"cancelled with 130\n(?:.*\n)*up: \d+ changes", result.stdout), printed


def test_a_user_without_a_home_is_told_which_folder_and_what_to_set(
    environment: dict[str, str], tmp_path: Path
) -> None:
    environment.pop("GITOPS_BOOTSTRAP_CACHE", None)
    command = [sys.executable, "-m", "tools.sandbox", "start", "--root", str(tmp_path)]
    result = run(NO_RIGHTS, command, ROOT, environment)

    assert result.returncode == 1
    assert result.stderr.startswith(f"error: the cache {environment['HOME']}/.cache/")
    assert "Fix: set GITOPS_BOOTSTRAP_CACHE to " in result.stderr
