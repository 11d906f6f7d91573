"""Changes to the sources of dependencies before a tool is built from them: tools/go/edits.yaml."""

from __future__ import annotations

import re
import shutil
from functools import cache
from typing import TYPE_CHECKING, Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from tools.toolchain.ways import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "edits.yaml"


class Edit(BaseModel):
    """One change of one file, of one of three forms.

    `old` and `new`: a text that is there exactly once is replaced. `cut` and `new`: so is all from
    that text to the end of the file. `drop`: every line in which the pattern is found goes; there
    must be one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    old: str = ""
    cut: str = ""
    drop: str = ""
    new: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if len([form for form in (self.old, self.cut, self.drop) if form]) != 1:
            msg = f"{self.file}: exactly one of old, cut and drop"
            raise ValueError(msg)
        return self

    def apply(self, text: str) -> str:
        """Return the changed text, or raise a ValueError that says what is not as expected."""
        if self.drop:
            lines = text.splitlines(keepends=True)
            kept = [line for line in lines if not re.search(self.drop, line)]
            if kept == lines:
                msg = f"no line matches {self.drop!r}"
                raise ValueError(msg)
            return "".join(kept)
        target = self.old or self.cut
        if (count := text.count(target)) != 1:
            msg = f"the text to edit is there {count} times: {target!r}"
            raise ValueError(msg)
        before, _, after = text.partition(target)
        return before + self.new + (after if self.old else "")


@cache
def load(folder: Path) -> dict[str, list[Edit]]:
    """Return the edits by Go module that the file in tools/go has; none where there is no file."""
    file = folder / FILE
    if not file.is_file():
        return {}
    known = yaml.safe_load(file.read_text("utf-8"))
    return TypeAdapter(dict[str, list[Edit]]).validate_python(known)


def copy_edited(source: Path, target: Path, module: str, edits: list[Edit]) -> None:
    """Copy a module's folder and change the copy; an UnavailableError names what does not fit."""
    # The content only: the module cache is read-only, and the copy has to be removable.
    for file in source.rglob("*"):
        if file.is_file() and "testdata" not in file.parts and not file.name.endswith("_test.go"):
            copied = target / file.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
    for edit in edits:
        file = target / edit.file
        try:
            file.write_text(edit.apply(file.read_text("utf-8")), "utf-8")
        except (OSError, ValueError) as exc:
            msg = f"{module}/{edit.file} cannot be edited: {exc}"
            raise UnavailableError(msg) from exc
