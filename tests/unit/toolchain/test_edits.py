"""Edited sources: a copy with the change, never the module cache or the checkout."""

from pathlib import Path

import pytest

from errors import ToolError
from tools.toolchain import edits, ensure
from tools.toolchain.edits import Edit

from .conftest import STEP, Pinned, place, program

ROOT = Path(__file__).parents[3]
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
SOURCE = 'package main\n\nimport (\n\t"net"\n\t"os"\n)\n\nfunc main() { listen("0.0.0.0") }\n'
EDIT = """
example.org/tool:
  - {file: main.go, old: '"0.0.0.0"', new: '"127.0.0.1"'}
example.org/other:
  - {file: main.go, old: nothing, new: of that module}
"""


@pytest.fixture
def module(tmp_path: Path, bin_on_path: Path, go_modules: Path) -> Path:
    folder = tmp_path / "module"
    place(folder / "main.go", SOURCE.encode()).chmod(0o444)
    tool = place(tmp_path / "result", program())
    text = GO.format(log=tmp_path / "go.log", module=folder, program=tool)
    place(bin_on_path / "go", text.encode())
    with (go_modules / "mod/go.mod").open("a") as file:
        file.write("require example.org/tool v1.2.3\nrequire example.org/other/v2 v2.0.0\n")
    (go_modules / "edits.yaml").write_text(EDIT)
    return folder


def test_an_edit_is_made_in_a_copy_that_replaces_the_module(
    module: Path, tmp_path: Path, pinned: Pinned, go_modules: Path
) -> None:
    before = sorted(go_modules.rglob("*"))
    pinned(tool={"build": STEP})
    ensure("tool")
    edited = (tmp_path / "go.log.edited").read_text()
    assert edited.count('listen("127.0.0.1")') == 1
    asked = (tmp_path / "go.log").read_text()
    assert "mod edit -replace=example.org/tool=./edited/0" in asked
    assert "example.org/other" not in asked
    assert (module / "main.go").read_text() == SOURCE
    assert sorted(go_modules.rglob("*")) == before


def test_an_edit_that_does_not_fit_is_refused_and_shown(module: Path, pinned: Pinned) -> None:
    (module / "main.go").chmod(0o644)
    (module / "main.go").write_text('listen("::")')
    pinned(tool={"build": STEP})
    with pytest.raises(
        ToolError, match=r'tool/main\.go cannot be edited: .* is there 0 times: \'"0\.0\.0\.0"'
    ):
        ensure("tool")


def test_an_edit_may_cut_the_rest_of_the_file() -> None:
    edit = Edit(file="main.go", cut="func main()", new="func main() {}\n")
    assert edit.apply(SOURCE) == SOURCE.partition("func")[0] + "func main() {}\n"


def test_an_edit_may_drop_lines() -> None:
    edit = Edit(file="main.go", drop=r'^\s"(net|os)"$')
    assert edit.apply(SOURCE) == SOURCE.replace('\t"net"\n\t"os"\n', "")


@pytest.mark.parametrize("form", [{"old": "other"}, {"cut": "o"}, {"drop": "other"}], ids=str)
def test_what_is_not_there_once_is_not_edited(form: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"is there \d+ times|no line matches"):
        Edit(file="main.go", **form).apply(SOURCE)


@pytest.mark.parametrize("forms", [{}, {"old": "a", "drop": "b"}], ids=["none", "two"])
def test_an_edit_has_one_form(forms: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="exactly one of old, cut and drop"):
        Edit(file="main.go", **forms)


def test_the_edits_are_of_modules_that_are_built() -> None:
    required = "".join(file.read_text() for file in ROOT.glob("tools/go/*/go.mod"))
    known = edits.load(ROOT / "tools/go")
    assert known
    assert not [module for module in known if f"{module} v" not in required]
