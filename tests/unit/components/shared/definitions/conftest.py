"""A folder of definitions, and a vela CLI that says what it is told to say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Write = Callable[..., Path]


def definition(name: str = "job", kind: str = "ComponentDefinition", **spec: Any) -> dict[str, Any]:
    """Return a definition that nothing is wrong with; `spec` is laid over its own."""
    base = {
        "workload": {"type": "autodetects.core.oam.dev"},
        "schematic": {"cue": {"template": "output: {}\nparameter: {}\n"}},
    }
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {**base, **spec},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "definitions"
    place.mkdir()
    return place


@pytest.fixture
def write(folder: Path) -> Write:
    """Return a function that writes definitions, or a text, into a file of the folder."""

    def to_file(name: str, *documents: dict[str, Any], text: str | None = None) -> Path:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if text is not None else yaml.safe_dump_all(documents))
        return path

    return to_file
