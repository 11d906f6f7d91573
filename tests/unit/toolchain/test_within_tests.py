"""Within a test no tool is there but those that it names, and none is installed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from errors import ToolError
from tests.unit.toolchain.conftest import VERSION, downloadable, place, program
from tools import toolchain
from tools.toolchain import cache


@pytest.fixture
def cached(pinned: Callable[..., None]) -> Path:
    """Return the one of two pinned tools that is there."""
    pinned(
        one=downloadable("http://127.0.0.1:1/one", program()),
        other=downloadable("http://127.0.0.1:1/other", program()),
    )
    return place(cache.tool_folder("one", VERSION) / "one", program())


def test_a_named_tool_is_there(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(toolchain.USABLE, "other,one")

    assert toolchain.ensure("one") == {"one": cached}
    assert toolchain.present("one")["one"]


@pytest.mark.usefixtures("cached")
def test_a_tool_that_is_not_named_is_not_there_even_if_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(toolchain.USABLE, "")

    assert toolchain.present("one") == {"one": None}
    with pytest.raises(ToolError, match=r'add @pytest\.mark\.tools\("one", "other"\)$'):
        toolchain.ensure("one", "other")


@pytest.mark.usefixtures("cached")
def test_a_named_tool_that_is_missing_is_refused_with_the_command_that_gets_it(
    cache_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(toolchain.USABLE, "one,other")
    before = sorted(cache_root.rglob("*"))

    with pytest.raises(ToolError, match=r'nothing is installed\n  not there: make tools ARGS="ot'):
        toolchain.ensure("one", "other")
    assert sorted(cache_root.rglob("*")) == before
