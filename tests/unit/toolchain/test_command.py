"""`python -m tools.toolchain`: data on stdout, the rest on stderr."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.toolchain import cache

from .conftest import STEP, place, program


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Return the exit code."""
    monkeypatch.setattr(sys, "argv", ["toolchain", *arguments])
    monkeypatch.delitem(sys.modules, "tools.toolchain.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tools.toolchain", run_name="__main__")
    return ended.value.code


def test_it_prints_name_version_source_and_path(
    pinned: Callable[..., None],
    bin_on_path: Path,
    cache_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pinned(one={"build": STEP}, two={"build": STEP})
    one = place(bin_on_path / "one", program())
    two = place(cache_root / "tools/two/1.2.3/two", program())
    two.with_name(".source").write_text("build example.org/tool@v1 with go1.26.8\n")
    assert run(monkeypatch, "one", "two") == 0
    assert capsys.readouterr().out == f"one 1.2.3 path {one}\ntwo 1.2.3 build {two}\n"


def test_it_ends_with_the_error(
    pinned: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pinned(one={"build": STEP})
    # Python prints a text on stderr and exits with 1.
    assert str(run(monkeypatch, "one")).startswith("error: 1 tool is missing\n  one 1.2.3\n")
    assert not capsys.readouterr().out


def test_nothing_is_removed_while_another_run_installs(
    pinned: Callable[..., None], monkeypatch: pytest.MonkeyPatch, cache_root: Path
) -> None:
    pinned(one={"build": STEP})
    modules = place(cache_root / "go/modules/example.org/go.mod", b"")
    with cache.installing(cache_root / "tools/two/1.2.3/two", "two-1.2.3", print):
        assert str(run(monkeypatch, "--clean")).startswith("error: another run is installing")
        assert modules.is_file()
    (cache_root / "partial/one-1.2.3").mkdir()  # as a killed run leaves it
    assert run(monkeypatch, "--clean") == 0
    assert not modules.exists()


def test_its_help_tells_the_exit_codes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    assert "Exit codes: 0" in capsys.readouterr().out
