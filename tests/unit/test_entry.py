"""A command behaves in the background, under nohup and without stdin as it does in front."""

import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from errors import PlatformError
from tools import entry

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(
    path
    for path in (ROOT / "tools").rglob("*.py")
    if '__name__ == "__main__"' in path.read_text("utf-8")
)
BEFORE_ANY_PACKAGE = ROOT / "tools/choose_lock.py"
"""It starts nothing, and runs before there is anything to import."""

COMMAND = """
import signal, subprocess
from tools import entry
def main():
    print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, flush=True)
    subprocess.run(["grep", "SigIgn", "/proc/self/status"], check=True)
    failed = subprocess.run(["sh", "-c", "cat; exit 7"])
    return failed.returncode
entry.run(main)
"""
IGNORABLE = (
    signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD
)  # fmt: skip


def started(*surroundings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process that has done something to itself first."""
    prelude = "\n".join(["import os, signal, sys", *surroundings])
    return subprocess.run(
        [sys.executable, "-c", f"{prelude}\nos.execv(sys.executable, sys.argv)", "-c", COMMAND],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def ignoring(number: signal.Signals) -> str:
    return f"signal.signal({int(number)}, signal.SIG_IGN)"


def ignored(result: "subprocess.CompletedProcess[str]") -> set[signal.Signals]:
    """Return which signals a child of the command ignores."""
    mask = int(result.stdout.splitlines()[1].split()[1], 16)
    return {number for number in IGNORABLE if mask & 1 << (number - 1)}


def test_a_command_and_its_children_can_be_told_to_stop_whatever_the_parent_ignores() -> None:
    result = started(*map(ignoring, IGNORABLE))

    assert result.stdout.startswith("True\n"), result.stderr
    assert ignored(result) == {signal.SIGHUP}  # nohup


def test_a_child_that_fails_is_noticed_where_the_parent_ignores_sigchld() -> None:
    assert started(ignoring(signal.SIGCHLD)).returncode == 7


def test_a_child_has_a_stdin_where_the_parent_has_none() -> None:
    result = started("os.close(0)")

    assert (result.returncode, result.stderr) == (7, "")


def test_an_interrupt_is_an_exit_code_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def main() -> int:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        entry.run(main)
    assert ended.value.code == 130
    assert capsys.readouterr().err == "\ninterrupted\n"


def test_what_cannot_be_written_is_named_with_what_to_set() -> None:
    def main() -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "/a")

    with pytest.raises(SystemExit, match=r"'/a'\. Fix: .*GITOPS_BOOTSTRAP_CACHE"):
        entry.run(main)


def test_an_error_of_ours_is_a_line() -> None:
    def main() -> int:
        raise PlatformError("what is wrong. Fix: what to do")

    with pytest.raises(SystemExit, match=r"^error: what is wrong\. Fix: what to do$"):
        entry.run(main)


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_begins_like_this(path: Path) -> None:
    *_, last = path.read_text("utf-8").splitlines()
    assert last == ("    main()" if path == BEFORE_ANY_PACKAGE else "    entry.run(main)")
