"""A program on PATH counts only in the pinned version."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import ToolError
from tools.toolchain import ensure, on_path, present
from tools.toolchain.on_path import reported_version

from .conftest import STEP, place, program

Pinned = Callable[..., None]
NOWHERE = {"build": STEP}


def test_the_right_version_is_used_as_it_is(bin_on_path: Path, pinned: Pinned) -> None:
    ours = place(bin_on_path / "tool", program())
    pinned(tool=NOWHERE)
    assert ensure("tool") == {"tool": ours}


def test_it_comes_before_the_cached_one(
    bin_on_path: Path, pinned: Pinned, cache_root: Path
) -> None:
    cached = place(cache_root / "tools/tool/1.2.3/tool", program())
    pinned(tool=NOWHERE)
    assert ensure("tool") == {"tool": cached}
    ours = place(bin_on_path / "tool", program())
    assert ensure("tool") == {"tool": ours}


def test_a_tool_that_is_only_looked_for_is_not_fetched(
    bin_on_path: Path, pinned: Pinned, cache_root: Path
) -> None:
    pinned(tool=NOWHERE)
    assert present("tool") == {"tool": None}
    assert not (cache_root / "tools/tool").exists()

    ours = place(bin_on_path / "tool", program())
    found = present("tool")["tool"]
    assert found
    assert (found.path, found.source) == (ours, "path")


@pytest.mark.parametrize("version", ["1.2.4", "1.2.3-rc.1", "11.2.3", "none"])
def test_another_version_does_not_count(bin_on_path: Path, pinned: Pinned, version: str) -> None:
    theirs = place(bin_on_path / "tool", program(version))
    pinned(tool=NOWHERE)
    with pytest.raises(ToolError, match=f"PATH: {theirs} is"):
        ensure("tool")


def test_a_tool_without_a_probe_is_not_looked_for(bin_on_path: Path, pinned: Pinned) -> None:
    place(bin_on_path / "tool", program())
    pinned(tool=NOWHERE | {"probe": []})
    with pytest.raises(ToolError) as raised:
        ensure("tool")
    assert "PATH" not in str(raised.value)


def test_a_program_that_has_not_changed_is_not_asked_again(
    bin_on_path: Path, pinned: Pinned, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = place(bin_on_path / "tool", program())
    pinned(tool=NOWHERE)
    asked: list[Path] = []

    def ask(path: Path, probe: tuple[str, ...]) -> str | None:
        asked.append(path)
        return reported_version(path, probe)

    monkeypatch.setattr(on_path, "reported_version", ask)
    ensure("tool")
    ensure("tool")
    assert asked == [ours]
    os.utime(ours, ns=(1, 1))
    ensure("tool")
    assert asked == [ours, ours]


@pytest.mark.parametrize(
    "output, version",
    [
        ("Kubernetes v1.36.3", "1.36.3"),
        ("etcd Version: 3.6.8\nGit SHA: abc\nGo Version: go1.26.8", "3.6.8"),
        ("Client Version: v1.36.3\nKustomize Version: v5.8.1", "1.36.3"),
        ("v3.20.2+g8fb76d6", "3.20.2"),
        ("v3.259.0-dev.0", "3.259.0-dev.0"),
        ("nothing", None),
    ],
    ids=["kubernetes", "etcd", "kubectl", "helm", "pre-release", "none"],
)
def test_a_version_is_read_from_what_a_program_prints(
    tmp_path: Path, output: str, version: str | None
) -> None:
    path = place(tmp_path / "tool", f"#!/bin/sh\necho '{output}'\n".encode())
    assert reported_version(path, ("--version",)) == version


def test_a_program_that_fails_has_no_version(tmp_path: Path) -> None:
    path = place(tmp_path / "tool", b"#!/bin/sh\necho 1.2.3\nexit 1\n")
    assert reported_version(path, ()) is None
