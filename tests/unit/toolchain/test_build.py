"""The Go build, with a Go that only notes what it was asked."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import ToolError
from tools.toolchain import build, ensure, progress
from tools.toolchain.resolve import resolve

from .conftest import place, program

Pinned = Callable[..., None]
STEP: dict[str, object] = {
    "folder": "mod",
    "module": "example.org/tool@v{version}",
    "package": "example.org/tool/cmd",
    "ldflags": "-X example.org/tool.Version=v{version} -X example.org/tool.Minor={minor}",
}

GO = """#!/bin/sh
PATH=/usr/bin:/bin
echo "$PWD" "$@" >> {log}
env | grep -E '^(CGO_ENABLED|GOWORK)=' >> {log}
case "$1" in
env) echo {version} ;;
list) echo go: downloading example.org/tool v1.2.3; echo a/b; echo c/d ;;
mod) echo '{{"Dir": "{module}"}}' ;;
build) {build} ;;
esac
"""
COMPILE = """
while [ "$1" != -o ]; do shift; done
[ ! -e schema.json ] || cp schema.json {log}.embedded
cp {program} "$2"
echo a/b
echo c/d
"""


@pytest.fixture
def go(tmp_path: Path, bin_on_path: Path) -> Callable[..., Path]:
    """Return a function that installs a Go and returns the log of its calls."""

    def install(version: str = "go1.26.8", how: str = COMPILE) -> Path:
        log, module = tmp_path / "go.log", tmp_path / "module"
        place(module / "cmd/schema.json", b"the schema").chmod(0o444)
        result = place(tmp_path / "result", program())
        how = how.format(log=log, program=result)
        text = GO.format(log=log, version=version, module=module, build=how)
        place(bin_on_path / "go", text.encode())
        return log

    return install


def test_a_tool_is_built_with_the_pinned_flags(
    go: Callable[..., Path], pinned: Pinned, cache_root: Path, go_modules: Path
) -> None:
    log = go()
    pinned(tool={"builds": [STEP]})
    found = resolve("tool")["tool"]
    assert found.path == cache_root / "tools/tool/1.2.3/tool"
    assert found.source == "build example.org/tool@v1.2.3 with go1.26.8"
    flags = "-s -w -X example.org/tool.Version=v1.2.3 -X example.org/tool.Minor=2"
    target = cache_root / "partial/tool-1.2.3/tool"
    called = f"build -v -trimpath -ldflags {flags} -o {target} example.org/tool/cmd"
    assert f"{go_modules / 'mod'} {called}" in log.read_text()
    assert "CGO_ENABLED=0\n" in log.read_text()
    assert "GOWORK=off\n" in log.read_text()


def test_a_tool_of_several_programs_is_built_whole(
    go: Callable[..., Path], pinned: Pinned, go_modules: Path
) -> None:
    go()
    (go_modules / "other").mkdir()
    (go_modules / "other/go.mod").write_text("go 1.25\n")
    pinned(tool={"builds": [STEP, STEP | {"folder": "other", "binary": "helper"}]})
    folder = ensure("tool")["tool"].parent
    assert {path.name for path in folder.iterdir()} == {"tool", "helper", ".source"}


def test_embedded_files_are_laid_beside_a_copy_of_the_module(
    go: Callable[..., Path], pinned: Pinned, go_modules: Path
) -> None:
    log = go()
    before = sorted(go_modules.rglob("*"))
    pinned(tool={"builds": [STEP | {"embed": ["cmd/schema.json"], "package": "."}]})
    folder = ensure("tool")["tool"].parent
    assert "mod download -json example.org/tool\n" in log.read_text()
    assert Path(f"{log}.embedded").read_text() == "the schema"
    assert sorted(go_modules.rglob("*")) == before
    assert {path.name for path in folder.iterdir()} == {"tool", ".source"}


def test_a_failed_build_leaves_nothing_and_shows_what_go_said(
    go: Callable[..., Path], pinned: Pinned, cache_root: Path
) -> None:
    go(how="echo a/b; echo 'main.go:7: no such thing'; exit 1")
    pinned(tool={"builds": [STEP]})
    with pytest.raises(ToolError, match=r"go failed:\n *main\.go:7: no such thing"):
        ensure("tool")
    assert not (cache_root / "tools/tool").exists()
    assert not list((cache_root / "partial").iterdir())


def test_an_older_go_is_named_with_the_required_one(
    go: Callable[..., Path], pinned: Pinned
) -> None:
    go("go1.25.9")
    pinned(tool={"builds": [STEP]})
    with pytest.raises(ToolError, match=r"Go is go1\.25\.9; tools/go/mod needs 1\.26\.0 or newer"):
        ensure("tool")


def test_progress_tells_tool_packages_and_time(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go(how="echo a/b; sleep 0.1; " + COMPILE)
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    monkeypatch.setattr(build, "LOOK_EVERY", 0.02)
    pinned(one={"builds": [STEP]}, tool={"builds": [STEP]})
    ensure("one", "tool")
    told = capsys.readouterr()
    what = r"building tool 1\.2\.3 \(2 of 2\)"
    assert re.search(rf"^{what}: 1 of 2 packages compiled, \d+ s$", told.err, re.MULTILINE)
    assert re.search(rf"^{what}: done, \d+ s$", told.err, re.MULTILINE)
    assert not told.out
