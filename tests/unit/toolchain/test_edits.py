"""Edited sources: a copy with the change, never the module cache or the checkout."""

from pathlib import Path

import pytest

from errors import ToolError
from tools.toolchain import ensure

from .conftest import place, program
from .test_build import STEP, Pinned

GO = """#!/bin/sh
PATH=/usr/bin:/bin
echo "$@" >> {log}
case "$1" in
env) echo go1.26.8 ;;
mod) echo '{{"Dir": "{module}"}}' ;;
build)
  cp edited/0/main.go {log}.edited
  while [ "$1" != -o ]; do shift; done
  cp {program} "$2" ;;
esac
"""
EDIT = {"module": "example.org/tool", "file": "main.go", "old": '"0.0.0.0"', "new": '"127.0.0.1"'}


@pytest.fixture
def module(tmp_path: Path, bin_on_path: Path) -> Path:
    folder = tmp_path / "module"
    place(folder / "main.go", b'listen("0.0.0.0")').chmod(0o444)
    tool = place(tmp_path / "result", program())
    text = GO.format(log=tmp_path / "go.log", module=folder, program=tool)
    place(bin_on_path / "go", text.encode())
    return folder


def test_an_edit_is_made_in_a_copy_that_replaces_the_module(
    module: Path, tmp_path: Path, pinned: Pinned, go_modules: Path
) -> None:
    before = sorted(go_modules.rglob("*"))
    pinned(tool={"builds": [STEP | {"edits": [EDIT]}]})
    ensure("tool")
    assert Path(tmp_path / "go.log.edited").read_text() == 'listen("127.0.0.1")'
    assert "mod edit -replace=example.org/tool=./edited/0" in (tmp_path / "go.log").read_text()
    assert (module / "main.go").read_text() == 'listen("0.0.0.0")'
    assert sorted(go_modules.rglob("*")) == before


def test_an_edit_that_does_not_fit_is_refused_and_shown(module: Path, pinned: Pinned) -> None:
    (module / "main.go").chmod(0o644)
    (module / "main.go").write_text('listen("::")')
    pinned(tool={"builds": [STEP | {"edits": [EDIT]}]})
    with pytest.raises(ToolError, match=r'main\.go has the text to edit 0 times: \'"0\.0\.0\.0"'):
        ensure("tool")
