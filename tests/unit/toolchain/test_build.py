"""The Go build, with a Go that only notes what it was asked."""

import contextlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from errors import ToolError
from tools.toolchain import build, ensure, progress
from tools.toolchain.resolve import resolve

from .conftest import STEP, Pinned, place, program

GO = """#!/bin/sh
PATH=/usr/bin:/bin
echo "$PWD" "$@" >> {log}
env | grep -E '^(CGO_ENABLED|GOWORK|GOFLAGS|GOMODCACHE|GOTMPDIR|GOOS)=' >> {log}
mkdir -p "$GOCACHE" "$GOMODCACHE/example.org"
touch "$GOMODCACHE/example.org/go.mod"
chmod 555 "$GOMODCACHE/example.org"
case "$1" in
env) echo {version} ;;
list) echo go: downloading example.org/tool v1.2.3; echo a/b; echo c/d ;;
mod) echo '{{"Dir": "{module}"}}' ;;
build) {build} ;;
esac
"""
COMPILE = """
while [ "$1" != -o ]; do shift; done
[ ! -e provider/schema.json ] || cp provider/schema.json {log}.embedded
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
    go: Callable[..., Path], pinned: Pinned, cache_root: Path
) -> None:
    log = go()
    pinned(tool={"build": STEP})
    found = resolve("tool")["tool"]
    assert found.path == cache_root / "tools/tool/1.2.3/tool"
    assert found.source == "build example.org/tool@v1.2.3 with go1.26.8: 2 packages"
    flags = "-s -w -X example.org/tool.Version=v1.2.3 -X example.org/tool.Minor=2"
    target = cache_root / "partial/tool-1.2.3/tool"
    called = f"build -v -trimpath {build.COMPILER} -ldflags {flags} -o {target} {STEP['package']}"
    assert f"{target.parent / '.source-tree'} {called}" in log.read_text()
    assert "CGO_ENABLED=0\n" in log.read_text()
    assert "GOWORK=off\n" in log.read_text()


def test_every_call_of_go_has_our_module_cache_and_neither_flags_nor_target_of_the_user(
    go: Callable[..., Path], pinned: Pinned, monkeypatch: pytest.MonkeyPatch, cache_root: Path
) -> None:
    log = go()
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("GOOS", "plan9")
    pinned(tool={"build": STEP})
    ensure("tool")
    said = log.read_text().splitlines()
    calls = [line for line in said if line.startswith("/")]
    assert {line.split()[1] for line in calls} == {"env", "list", "build"}
    assert said.count(f"GOMODCACHE={cache_root / 'go/modules'}") == len(calls)
    assert said.count("GOFLAGS=-mod=readonly") == len(calls)
    assert "GOOS=plan9" not in said


def test_what_go_writes_meanwhile_goes_with_a_build_that_is_stopped(
    go: Callable[..., Path],
    pinned: Pinned,
    cache_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    log = go(how="exec sleep 60")
    pinned(tool={"build": STEP})
    monkeypatch.setattr(progress.Progress, "expect", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ensure("tool")
    partial = cache_root / "partial"
    assert f"GOTMPDIR={partial}/tool-1.2.3/.source-tree" in log.read_text().splitlines()
    assert not list(partial.iterdir())
    assert "building tool 1.2.3: interrupted after " in capsys.readouterr().err


def test_embedded_files_are_laid_beside_a_copy_of_the_package(
    go: Callable[..., Path], pinned: Pinned, go_modules: Path
) -> None:
    log = go()
    (go_modules / "mod/provider").mkdir()
    before = sorted(go_modules.rglob("*"))
    pinned(tool={"build": STEP | {"embed": ["cmd/schema.json"], "package": "./provider"}})
    folder = ensure("tool")["tool"].parent
    assert "mod download -json example.org/tool\n" in log.read_text()
    assert Path(f"{log}.embedded").read_text() == "the schema"
    assert sorted(go_modules.rglob("*")) == before
    assert {path.name for path in folder.iterdir()} == {"tool", ".source"}


def test_a_failed_build_leaves_nothing_and_shows_what_go_said(
    go: Callable[..., Path], pinned: Pinned, cache_root: Path
) -> None:
    go(how="echo a/b; echo 'main.go:7: no such thing'; exit 1")
    pinned(tool={"build": STEP})
    with pytest.raises(ToolError, match=r"go failed:\n *main\.go:7: no such thing"):
        ensure("tool")
    assert not (cache_root / "tools/tool").exists()
    assert not list((cache_root / "partial").iterdir())


def test_an_older_go_is_named_before_anything_is_built(
    go: Callable[..., Path], pinned: Pinned, go_modules: Path
) -> None:
    log = go("go1.25.9")
    (go_modules / "older").mkdir()
    (go_modules / "older/go.mod").write_text("go 1.25\n")
    pinned(first={"build": STEP | {"folder": "older"}}, tool={"build": STEP})
    with pytest.raises(ToolError, match=r"Go is go1\.25\.9; tools/go/mod needs 1\.26\.0 or newer"):
        ensure("first", "tool")
    assert "build" not in log.read_text()


def test_a_go_that_does_not_tell_its_version_is_named_with_what_it_says(
    pinned: Pinned, bin_on_path: Path
) -> None:
    place(bin_on_path / "go", b"#!/bin/sh\necho toolchain not available >&2\nexit 1\n")
    pinned(tool={"build": STEP})
    expected = r"tools/go/mod needs Go 1\.26\.0 or newer; go failed:\n *toolchain not available\n"
    with pytest.raises(ToolError, match=expected):
        ensure("tool")


def test_too_little_disk_is_named_before_anything_is_built(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    cache_root: Path,
) -> None:
    log = go()
    monkeypatch.setattr(build, "PER_PACKAGE", 1e18)
    pinned(tool={"build": STEP})
    with pytest.raises(
        ToolError, match=rf"needs [\d.]+ GB of disk in {cache_root}, and .* are free"
    ):
        ensure("tool")
    assert "build" not in log.read_text()


@pytest.mark.parametrize("missing", [0, 1], ids=["enough", "too-little"])
def test_the_disk_that_is_needed_grows_with_the_packages(
    monkeypatch: pytest.MonkeyPatch, missing: int
) -> None:
    free = SimpleNamespace(free=2000 * build.PER_PACKAGE - missing)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(ToolError, match=r"needs 3\.0 GB") if missing else contextlib.nullcontext():
        assert build.check_space(2000).startswith("3.0 GB of disk in ")


def test_the_first_of_a_folder_compiles_all_and_the_others_what_is_left(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go()
    monkeypatch.setattr(build, "PER_PACKAGE", 0.0)
    recorded = {"recorded": {"seconds": 60, "packages": 100, "all": 1700}}
    pinned(one={"build": STEP | recorded}, two={"build": STEP | recorded})
    ensure("one", "two")
    assert "to be built: one, two; about 4 min 0 s on two cores" in capsys.readouterr().err
    pinned(two={"build": STEP | recorded}, three={"build": STEP | recorded})
    ensure("three")
    assert "to be built: three; about 1 min 0 s on two cores" in capsys.readouterr().err


def test_tools_are_built_in_the_order_in_which_their_builds_were_recorded(
    go: Callable[..., Path], pinned: Pinned
) -> None:
    log = go()
    pinned(one={"build": STEP}, two={"build": STEP})
    ensure("two", "one")
    built = re.findall(r" -o \S+/(\w+) ", log.read_text())
    assert built == ["one", "two"]


def test_what_remains_follows_from_the_packages_that_are_left_to_compile(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go(how="sleep 0.3; " + COMPILE)
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    monkeypatch.setattr(build, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(build, "PER_PACKAGE", 0.0)
    pinned(tool={"build": STEP | {"recorded": {"seconds": 600, "packages": 7202, "all": 7202}}})
    ensure("tool")
    assert re.search(
        r"0 of 2 packages compiled; \d+ s so far, about 1 min", capsys.readouterr().err
    )


def test_progress_tells_step_packages_and_what_remains(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go(how="echo a/b; sleep 0.1; " + COMPILE)
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    monkeypatch.setattr(build, "LOOK_EVERY", 0.02)
    pinned(one={"build": STEP}, tool={"build": STEP})
    ensure("one", "tool")
    told = capsys.readouterr()
    assert "to be built: one, tool; about 2 min 0 s on two cores and 0.0 GB of disk" in told.err
    what = r"step 2 of 2, building tool 1\.2\.3"
    far = r"1 of 2 packages compiled; \d+ s so far, about \d+ s left"
    assert re.search(rf"^{what}: {far}$", told.err, re.MULTILINE)
    assert re.search(rf"^{what}: done after \d+ s; \d+ s so far$", told.err, re.MULTILINE)
    assert not told.out


def test_what_a_build_leaves_goes_with_the_last_tool_that_needs_it(
    go: Callable[..., Path],
    pinned: Pinned,
    cache_root: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go()
    pinned(one={"build": STEP}, two={"build": STEP})
    ensure("one")
    kept = [cache_root / "go/build", cache_root / "go/modules"]
    assert f"is kept in {kept[0]} and {kept[1]}; make tools ARGS=" in capsys.readouterr().err
    assert all(folder.is_dir() for folder in kept)
    ensure("two")
    assert not any(folder.exists() for folder in kept)


def test_what_builds_left_can_be_removed_without_go(
    go: Callable[..., Path], pinned: Pinned, cache_root: Path, bin_on_path: Path
) -> None:
    go()
    pinned(one={"build": STEP}, two={"build": STEP})
    ensure("one")
    (bin_on_path / "go").unlink()
    build.remove_caches()
    build.remove_caches()
    assert not list((cache_root / "go").iterdir())


def test_caches_that_the_user_has_set_are_left_alone(
    go: Callable[..., Path],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go()
    folders = [tmp_path / "elsewhere/build", tmp_path / "elsewhere/modules"]
    monkeypatch.setenv("GOCACHE", str(folders[0]))
    monkeypatch.setenv("GOMODCACHE", str(folders[1]))
    pinned(one={"build": STEP}, two={"build": STEP})
    ensure("one")
    assert "kept" not in capsys.readouterr().err
    ensure("two")
    assert all(folder.is_dir() for folder in folders)
