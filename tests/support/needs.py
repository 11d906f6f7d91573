"""What tests need from outside of the checkout: pinned tools, and the artifacts of the catalogue.

A test names the tools that it runs with the marker `tools`, a fixture with `uses_tools`. A test
needs the artifacts when it uses the fixture `upstream`. `python -m tests.run` reads both and has
them before the first test starts: within pytest nothing is installed or downloaded, and a test
finds no tool but those that it names.

PYTEST_DONT_REWRITE: there are no assertions here, and `tests.run` imports this before pytest does.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tools import toolchain
from upstream import artifacts
from upstream.versions import CATALOGUE, Pin

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / artifacts.CACHE

UNREACHABLE = "GITOPS_BOOTSTRAP_UNREACHABLE"
"""Environment variable: why an artifact could not be had, from `python -m tests.run` to pytest."""

_NAMED = "named_tools"

_Function = TypeVar("_Function", bound=Callable[..., object])


def uses_tools(*names: str) -> Callable[[_Function], _Function]:
    """Name the tools that a fixture runs; stands below `@pytest.fixture`."""

    def note(function: _Function) -> _Function:
        vars(function)[_NAMED] = names
        return function

    return note


def tools_of(item: pytest.Item) -> set[str]:
    """Return the tools that a test and its fixtures name."""
    named = {name for mark in item.iter_markers("tools") for name in mark.args}
    if isinstance(item, pytest.Function):
        for fixtures in item._fixtureinfo.name2fixturedefs.values():
            named.update(*(getattr(fixture.func, _NAMED, ()) for fixture in fixtures))
    return named


def limits() -> dict[str, str]:
    """Return what keeps a process from installing and downloading, for an environment made anew."""
    return {name: os.environ[name] for name in (toolchain.USABLE, artifacts.MIRROR_VARIABLE)}


def catalogue() -> list[Pin]:
    """Return every version of every artifact."""
    return [
        product.pin(variant, version)
        for product in CATALOGUE.values()
        for variant, source in product.artifacts.items()
        for version in source.sha256
    ]


def pytest_configure(config: pytest.Config) -> None:
    """Install and download nothing from here on."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setenv(toolchain.USABLE, "")
    patch.setenv(artifacts.MIRROR_VARIABLE, artifacts.CACHE_ONLY)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let a test use the tools that it names, its fixtures of every scope included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(toolchain.USABLE, ",".join(sorted(tools_of(item))))
        return (yield)


@pytest.fixture(scope="session")
def upstream() -> None:
    """Find every version of every artifact in the cache."""
    if reason := os.environ.get(UNREACHABLE):
        pytest.skip(reason)
    if missing := [pin.url for pin in catalogue() if artifacts.cached(pin, CACHE) is None]:
        fix = "python -m tests.run, which make unit and make test call, fetches them"
        pytest.fail("\n  ".join(["artifacts are not there: " + fix, *missing]), pytrace=False)
