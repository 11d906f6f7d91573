"""Options of the whole suite, and what its slow layers share."""

from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import settings

from errors import ArtifactUnreachableError, ToolError
from tools import entry, toolchain
from tools.live import operators
from tools.toolchain.resolve import needed_by_up
from upstream import artifacts
from upstream.versions import CATALOGUE

ROOT = Path(__file__).resolve().parents[1]

# What the tests start is to behave the same wherever they are started from.
entry.as_in_the_foreground()

# How long an example takes says more about the machine than about the code.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that alone may rewrite golden files."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="rewrite tests/stacks/snapshots from what the program registers now",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the tools before the first test starts: to build one takes longer than a test may.

    What cannot be had is reported by the tests that need it.
    """
    wanted = {
        "e2e": (*needed_by_up(), "helm", "helm4", "actionlint"),
        "live": (*needed_by_up(), *operators.TOOLS),
    }
    marked = {mark for mark in wanted if any(i.get_closest_marker(mark) for i in session.items)}
    if session.config.option.collectonly or not marked:
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext(), suppress(ToolError):
        toolchain.ensure(*sorted({name for mark in marked for name in wanted[mark]}))


@pytest.fixture(scope="session")
def upstream() -> None:
    """Have every version of every artifact, or skip and say which address cannot be reached.

    Wrong bytes are no reason to skip: they fail.
    """
    for product in CATALOGUE.values():
        for variant, source in product.artifacts.items():
            for version in source.sha256:
                try:
                    artifacts.fetch(product.pin(variant, version), ROOT / artifacts.CACHE)
                except ArtifactUnreachableError as error:
                    pytest.skip(str(error).partition("\n")[0])
