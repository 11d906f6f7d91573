"""Processes are known by pid and start time, and ended by pid."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tools.live import process

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = [*SLEEP[:2], "import signal; signal.signal(15, signal.SIG_IGN);" + SLEEP[2]]

Start = Callable[[list[str]], process.Record]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a program and waits until it says something."""
    children = []

    def start(argv: list[str]) -> process.Record:
        log = tmp_path / "logs/p.log"
        children.append(process.start(argv, os.environ, tmp_path / "home", log))
        while not log.read_text():
            assert children[-1].poll() is None
        pid = children[-1].pid
        return process.Record("p", pid, process.start_time(pid))

    yield start
    for child in children:
        child.kill()
        child.wait()


@pytest.mark.parametrize("argv", [SLEEP, DEAF], ids=["ordinary", "deaf to SIGTERM"])
def test_a_process_is_ended(
    argv: list[str], started: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE_SECONDS", 0.1)
    record = started(argv)
    assert record.alive
    assert process.end([record])
    assert not record.alive


def test_a_process_in_the_place_of_ours_is_left_alone(started: Start) -> None:
    record = started(SLEEP)
    stranger = replace(record, started="1")
    assert not stranger.alive
    assert not process.end([stranger])
    assert record.alive


def test_a_process_that_had_ended_when_it_was_recorded_is_not_alive(started: Start) -> None:
    record = started(SLEEP)
    process.end([record])
    assert not replace(record, started=process.start_time(record.pid)).alive


def test_records_are_read_back(tmp_path: Path) -> None:
    record = process.Record("p", os.getpid(), process.start_time(os.getpid()), ready=True)
    record.write(tmp_path)
    (tmp_path / "damaged.json").write_text("{")
    assert process.records(tmp_path) == {"p": record}
    assert record.alive
