"""A run as on a machine with nothing: what comes in, what comes out, and what is left."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools/fresh_machine.sh"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that it works in."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def start(*commands: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [SCRIPT, *commands],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_only_what_a_network_needs_comes_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hidden")
    monkeypatch.setenv("NO_PROXY", "a, b")
    run = start("env", 'touch "$HOME/file"')
    said, _ = run.communicate()

    assert run.returncode == 0
    assert "\nNO_PROXY=a, b\n" in said
    assert "SECRET" not in said
    assert f"\nHOME={folder}/fresh-machine." in said
    assert "\nenv: ended well after " in said
    assert not list(folder.iterdir())


def test_a_command_that_fails_is_said_and_the_others_run(folder: Path) -> None:
    run = start("false", "echo second")
    said, _ = run.communicate()

    assert run.returncode == 1
    assert "\nfalse: failed after " in said
    assert "\necho second: ended well after " in said
    assert not list(folder.iterdir())


def test_an_interrupt_is_the_end_even_if_the_command_handles_it(folder: Path) -> None:
    run = start("trap 'exit 130' INT; echo ready; sleep 60", "echo second")
    assert run.stdout
    said = [run.stdout.readline(), run.stdout.readline()]
    assert said[1] == "ready\n"
    os.killpg(run.pid, signal.SIGINT)
    rest, _ = run.communicate()

    assert run.returncode == 130
    assert "second" not in rest
    assert not list(folder.iterdir())


def test_without_an_interpreter_nothing_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON", "not-there")
    run = start("true")
    run.communicate()

    assert run.returncode == 127
    assert not list(folder.iterdir())
