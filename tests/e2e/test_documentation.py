"""The documentation, done as it stands there: every command that needs no cluster of the reader's.

A page is a session in a clean clone; all share one sandbox.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import documentation, language_host
from tests.support.clone import clone_of_the_checkout, git
from tests.support.engine import ENGINE, SANDBOX
from tests.support.needs import limits, uses_tools
from tests.support.reader import Printed, commands, read, shown_by, wrong
from tools import toolchain
from tools.sandbox import lifecycle
from tools.toolchain import cache

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

TUTORIAL = "docs/tutorial/first-platform.md"
README = "README.md"
PAGES = {
    documentation.name(page): page
    for page in documentation.pages()
    if any(not block.marked for block in documentation.console(page))
}


@pytest.fixture(scope="module")
@uses_tools(*ENGINE, *SANDBOX, "helm")
def clone(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a clone beside a folder of programs and a home."""
    del upstream  # wanted for what it does
    folder = tmp_path_factory.mktemp("reader")
    (folder / "bin").mkdir()
    for name, program in toolchain.ensure("pulumi", "kubectl", "helm").items():
        (folder / "bin" / name).symlink_to(program)
    language_host.put_into(folder / "bin", Path(sys.executable))
    (folder / "home" / ".ssh").mkdir(parents=True)
    (folder / "home" / ".ssh" / "deploy").write_text("a key")
    (folder / "home" / ".docker").mkdir()
    (folder / "home" / ".docker" / "config.json").write_text('{"auths": {}}')
    clone = clone_of_the_checkout(folder / "clone")
    yield clone
    lifecycle.reset(clone)


def done(name: str, clone: Path) -> Printed:
    """Do what a page says, in the clone as it was; return what it has printed."""
    git(clone, "reset", "--quiet", "--hard")
    git(clone, "clean", "--quiet", "--force", "-d")
    page = PAGES[name]
    todo = [block for block in documentation.blocks(page) if not block.marked]
    return read(todo, clone, environment(clone), preparation(page))


@pytest.fixture(scope="module")
def tutorial(clone: Path) -> Printed:
    """Return what the commands of the tutorial print: from nothing, and back to it."""
    return done(TUTORIAL, clone)


def test_there_are_pages() -> None:
    assert {README, TUTORIAL, "docs/how-to/new-stack.md"} <= PAGES.keys()


def test_the_tutorial_does_what_it_says(tutorial: Printed) -> None:
    assert not wrong(tutorial), wrong(tutorial)


def test_the_readme_shows_what_the_tutorial_does(tutorial: Printed) -> None:
    """Not run again: its commands are those that a reader of the tutorial types."""
    for block in documentation.console(PAGES[README]):
        for command in [] if block.marked else commands(block):
            same = [lines for other, lines in tutorial if other.text == command.text]
            assert any(shown_by(command, lines) for lines in same), (command, same)


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {README, TUTORIAL}))
def test_a_page_does_what_it_says(name: str, clone: Path) -> None:
    results = done(name, clone)

    assert not wrong(results), wrong(results)


def preparation(page: Path) -> list[str]:
    """Return the commands that give a reader of pulumi's commands what they must have: stacks."""
    text = page.read_text("utf-8")
    stacks = sorted({"dev", *re.findall(r"\bpulumi .*--stack (\w+)", text)}, key="dev".__eq__)
    select = [f"pulumi --non-interactive stack select --create {stack}" for stack in stacks]
    return select if re.search(r"^ *\$ .*\bpulumi ", text, re.MULTILINE) else []


def environment(clone: Path) -> dict[str, str]:
    """Return what a reader's shell has: nothing of this process but where the tools lie."""
    backend = clone.parent / "backend"
    backend.mkdir(exist_ok=True)
    return {
        **limits(),
        "HOME": str(clone.parent / "home"),
        "PATH": f"{clone.parent / 'bin'}:{os.environ['PATH']}",
        "GITOPS_BOOTSTRAP_CACHE": str(cache.root()),
        "PULUMI_HOME": str(clone.parent / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": "a passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PYTHON": str(clone / ".venv/bin/python"),
        "PYTHONUNBUFFERED": "1",
        "LAY_OVER": str(documentation.__file__),
    }
