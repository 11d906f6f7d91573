"""The converter on files of a test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.converter import Result, generate

Convert = Callable[..., Result]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Return a function that converts one file, by default vela.yaml."""

    def run(text: str | bytes, name: str = "vela.yaml", **given: Any) -> Result:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return generate(folder, **given)

    return run


def application(result: Result) -> dict[str, Any]:
    """Return what came out; it must have gone well."""
    assert result.code == 0, result.err
    assert result.err == ""
    found: dict[str, Any] = json.loads(result.out)
    return found
