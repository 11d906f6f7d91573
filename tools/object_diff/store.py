"""Sections as files, so that one job can find what changes and another write the comment."""

import dataclasses
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from errors import PlatformError
from tools.object_diff.model import Section

MOST_BYTES = 20_000_000
"""Of a file. The whole platform created anew takes about a tenth of it."""

_SCHEMA = TypeAdapter(Section)


def write(section: Section, path: Path) -> None:
    """Write a section as JSON; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dataclasses.asdict(section), indent=1) + "\n", encoding="utf-8")


def read_all(folder: Path) -> list[Section]:
    """Return the sections of a folder's JSON files, at any depth, sorted by stack.

    A stranger may have written them. PlatformError when there is none, or one is of another form.
    """
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise PlatformError(
            f"no changes in {folder}: it holds no .json file. "
            "Fix: make diff or make preview-comment with JSON=FILE writes one"
        )
    return sorted((_read(path) for path in paths), key=lambda section: section.stack)


def _read(path: Path) -> Section:
    if path.stat().st_size > MOST_BYTES:
        raise PlatformError(f"{path}: more than {MOST_BYTES} bytes; refused")
    try:
        return _SCHEMA.validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise PlatformError(f"{path}: no changes of a stack: {place}: {problem['msg']}") from None
