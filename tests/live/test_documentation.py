"""What the documentation says about an application on the live sandbox, done as it stands there."""

import os
from pathlib import Path

import pytest

from tests.support import documentation
from tests.support.clone import clone_of_the_checkout
from tests.support.needs import limits
from tests.support.reader import read, wrong
from tools.live.lifecycle import Live
from tools.toolchain import cache

PAGES = {
    documentation.name(page): page
    for page in documentation.pages()
    if any(block.live for block in documentation.console(page))
}


def test_there_are_pages() -> None:
    assert "docs/tutorial/first-platform.md" in PAGES


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_does_what_it_says(name: str, live: Live, tmp_path: Path) -> None:
    clone = clone_of_the_checkout(tmp_path / "clone")
    (clone / ".sandbox").symlink_to(live.paths.root / ".sandbox")
    environment = {
        **limits(),
        "GITOPS_BOOTSTRAP_CACHE": str(cache.root()),
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "LAY_OVER": str(documentation.__file__),
        "PYTHON": str(clone / ".venv/bin/python"),
    }
    todo = [block for block in documentation.console(PAGES[name]) if block.live]

    results = read(todo, clone, environment)

    assert not wrong(results), wrong(results)
