"""The CLI as a process: its output line by line, its failure, and Ctrl-C delivered exactly once."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation as auto

from tools.deploy.command import CancellableCommand

ROOT = Path(__file__).parents[3]
WAITING = """
trap 'echo INT >> signals; [ "$(wc -l < signals)" -ge "$ENOUGH" ] && exit 0' INT
: > signals
echo $$ > ready
while :; do sleep 0.02; done
"""
DRIVER = """
import sys
from pathlib import Path
from tools.deploy.command import CancellableCommand
command = CancellableCommand(Path(sys.argv[1]), "3.259.0")
with command.cancelled_by_signals(lambda text: print(text, flush=True)):
    command.run(["up"], sys.argv[2], {"ENOUGH": sys.argv[3]})
print("cancelled", command.cancelled, flush=True)
"""

Pulumi = Callable[[str], CancellableCommand]


@pytest.fixture
def pulumi(tmp_path: Path) -> Iterator[Pulumi]:
    """Return a function that makes a CLI of a shell script."""

    def make(script: str) -> CancellableCommand:
        binary = tmp_path / "pulumi"
        binary.write_text(f"#!/bin/sh\n{script}")
        binary.chmod(0o755)
        return CancellableCommand(binary, "3.259.0")

    yield make
    if is_written(tmp_path / "ready"):  # a failed test may have left it waiting
        with contextlib.suppress(ProcessLookupError):
            os.kill(int((tmp_path / "ready").read_text()), signal.SIGKILL)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def is_written(path: Path) -> bool:
    return path.exists() and bool(path.read_text())


def signals(folder: Path) -> list[str]:
    """Return the interrupts that the waiting CLI got."""
    return (folder / "signals").read_text().split()


def test_output_comes_line_by_line_and_as_a_whole(pulumi: Pulumi, tmp_path: Path) -> None:
    out: list[str] = []
    err: list[str] = []
    command = pulumi('echo "one"; echo "  two "; echo "three" >&2')
    result = command.run(["up"], str(tmp_path), {}, out.append, err.append)

    assert (out, err) == (["one", "  two"], ["three"])
    assert (result.stdout, result.stderr, result.code) == ("one\n  two", "three", 0)


def test_a_line_comes_while_the_cli_goes_on(pulumi: Pulumi, tmp_path: Path) -> None:
    def answer(_line: str) -> None:
        (tmp_path / "answer").touch()

    command = pulumi("echo first; until [ -e answer ]; do sleep 0.02; done; echo second")

    assert command.run(["up"], str(tmp_path), {}, answer).stdout == "first\nsecond"


def test_the_cli_is_not_asked_to_prompt_and_gets_the_environment(
    pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTER", "outer")
    monkeypatch.setenv("BOTH", "outer")
    command = pulumi('pwd; echo "$@"; echo "$OUTER $BOTH $PULUMI_AUTOMATION_API"')
    result = command.run(["up", "--yes"], str(tmp_path), {"BOTH": "inner"})

    assert result.stdout.splitlines() == [
        str(tmp_path),
        "--non-interactive up --yes",
        "outer inner true",
    ]


def test_a_failure_carries_both_streams_and_the_code(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi("echo said; echo wrong >&2; exit 7")

    with pytest.raises(auto.CommandError, match=r"(?s)code: 7.*said.*wrong"):
        command.run(["up"], str(tmp_path), {})


def test_a_failure_that_the_sdk_knows_has_its_own_error(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi("echo \"error: no stack named 'x' found\" >&2; exit 1")

    with pytest.raises(auto.StackNotFoundError):
        command.run(["stack"], str(tmp_path), {})


def running(command: CancellableCommand, folder: Path, enough: int) -> threading.Thread:
    """Start the waiting CLI in a thread and return when it listens."""
    thread = threading.Thread(
        target=command.run, args=(["up"], str(folder), {"ENOUGH": str(enough)}), daemon=True
    )
    thread.start()
    wait_for(lambda: is_written(folder / "ready"))
    return thread


def test_the_cli_runs_in_a_session_of_its_own(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi(WAITING)
    thread = running(command, tmp_path, 1)
    process = int((tmp_path / "ready").read_text())

    assert os.getsid(process) == process != os.getsid(0)
    command.cancel()
    thread.join(20)


def test_a_cancel_is_one_interrupt(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi(WAITING)
    thread = running(command, tmp_path, 1)
    assert not command.cancelled
    command.cancel()
    thread.join(20)

    assert not thread.is_alive()
    assert command.cancelled
    assert signals(tmp_path) == ["INT"]


def test_a_second_cancel_is_a_second_interrupt(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi(WAITING)
    thread = running(command, tmp_path, 2)
    command.cancel()
    wait_for(lambda: signals(tmp_path))
    assert thread.is_alive()
    command.cancel()
    thread.join(20)

    assert not thread.is_alive()
    assert signals(tmp_path) == ["INT", "INT"]


def test_a_cancel_while_the_cli_starts_reaches_it_once(
    pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = pulumi(WAITING)
    start = subprocess.Popen

    def cancelled_at_once(*args: Any, **kwargs: Any) -> "subprocess.Popen[str]":
        process = start(*args, **kwargs)
        wait_for(lambda: is_written(tmp_path / "ready"))
        command.cancel()
        return process

    monkeypatch.setattr(subprocess, "Popen", cancelled_at_once)
    thread = running(command, tmp_path, 1)
    thread.join(20)

    assert not thread.is_alive()
    assert signals(tmp_path) == ["INT"]


def test_nothing_is_started_after_a_cancel(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi("touch started")
    command.cancel()

    with pytest.raises(KeyboardInterrupt):
        command.run(["up"], str(tmp_path), {})
    assert not (tmp_path / "started").exists()


def test_a_cancel_after_the_end_does_nothing(pulumi: Pulumi, tmp_path: Path) -> None:
    command = pulumi("exit 0")
    command.run(["up"], str(tmp_path), {})
    command.cancel()

    assert command.cancelled


def test_the_handlers_of_before_come_back(pulumi: Pulumi) -> None:
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    with pulumi("exit 0").cancelled_by_signals(print):
        within = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]

    assert [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)] == before
    assert within != before


@pytest.mark.parametrize(
    "number, to_group",
    [
        pytest.param(signal.SIGINT, True, id="ctrl-c"),
        pytest.param(signal.SIGTERM, False, id="terminated"),
    ],
)
def test_a_signal_reaches_the_cli_once(
    pulumi: Pulumi, tmp_path: Path, number: signal.Signals, to_group: bool
) -> None:
    """A terminal sends Ctrl-C to the whole process group of the driver."""
    pulumi(WAITING)
    with driver(tmp_path, enough=1) as process:
        wait_for(lambda: is_written(tmp_path / "ready"))
        (os.killpg if to_group else os.kill)(process.pid, number)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert signals(tmp_path) == ["INT"]
    assert out.splitlines() == [
        "cancelling: waiting for what is in flight (once more: stop at once)",
        "cancelled True",
    ]


def test_a_second_ctrl_c_is_said_to_stop_at_once(pulumi: Pulumi, tmp_path: Path) -> None:
    pulumi(WAITING)
    with driver(tmp_path, enough=2) as process:
        wait_for(lambda: is_written(tmp_path / "ready"))
        os.killpg(process.pid, signal.SIGINT)
        wait_for(lambda: is_written(tmp_path / "signals"))
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=20)

    assert signals(tmp_path) == ["INT", "INT"]
    assert out.splitlines()[1] == "stopping at once; the state may hold pending operations"


@contextlib.contextmanager
def driver(folder: Path, *, enough: int) -> Iterator["subprocess.Popen[str]"]:
    """Run a driver in a process group of its own, as a shell does."""
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(folder / "pulumi"), str(folder), str(enough)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_the_cli_leaves_in_its_temporary_folder_goes_with_it(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    command = pulumi('echo key > "$TMPDIR/kubeconfig"; echo "$TMPDIR" > folder; ls "$TMPDIR"')
    result = command.run(["up"], str(tmp_path), {})

    assert result.stdout == "kubeconfig"
    assert not Path((tmp_path / "folder").read_text().strip()).exists()
