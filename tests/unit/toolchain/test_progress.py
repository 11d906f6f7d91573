"""The one line of a run: how far, and what remains by what is recorded and by the pace so far."""

import sys
import time
from collections.abc import Callable

import pytest

from tools.toolchain import progress
from tools.toolchain.progress import Progress

Seconds = Callable[[float], None]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """Return a function that lets time pass."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the last line, without the step."""
    return capsys.readouterr().err.splitlines()[-1].partition(": ")[2]


def test_what_remains_is_recorded(wait: Seconds, capsys: pytest.CaptureFixture[str]) -> None:
    run = Progress({"one": 60.0, "two": 40.0})
    with run.step("one"):
        wait(30)
        run.update("half", 0.5)
        assert shown(capsys) == "half; 30 s so far, about 1 min 10 s left"


def test_a_slower_machine_has_more_left(wait: Seconds, capsys: pytest.CaptureFixture[str]) -> None:
    run = Progress({"one": 60.0, "two": 40.0})
    with run.step("one"):
        wait(90)  # with the 30 s of trust twice as long as the 30 s that were recorded for the half
        run.update("half", 0.5)
        assert shown(capsys) == "half; 1 min 30 s so far, about 2 min 20 s left"


def test_a_step_that_turns_out_shorter_has_less_left(
    wait: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Progress({"one": 60.0, "two": 40.0})
    with run.step("one"):
        run.expect(10.0)
        wait(progress.LINE_EVERY)
        run.update("at once")
    assert "at once; 20 s so far, about 1 min 23 s left" in capsys.readouterr().err


def test_a_step_that_another_run_has_done_is_not_left(
    wait: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Progress({"one": 60.0, "two": 40.0})
    run.over("one")
    with run.step("two"):
        wait(20)
    assert shown(capsys) == "done after 20 s; 20 s so far"


def test_without_a_record_only_success_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    run = Progress({"one": 0.0, "two": 0.0})
    with pytest.raises(ValueError, match="closed"), run.step("one"):
        raise ValueError("closed")
    with run.step("two"):
        pass
    assert capsys.readouterr().err == "step 2 of 2, two: done after 0 s; 0 s so far\n"


def test_a_terminal_has_one_line_that_changes(
    wait: Seconds, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run = Progress({"one": 60.0})
    with run.step("one"):
        wait(1)
        run.update("a little")
        wait(0.1)
        run.update("too early")
    *lines, end = capsys.readouterr().err.split("\r")
    assert [line.partition(";")[0] for line in [*lines[1:], end]] == [
        f"step 1 of 1, one: {how}" for how in ("started", "a little", "done after 1 s")
    ]
    assert end.endswith("\x1b[K\n")
