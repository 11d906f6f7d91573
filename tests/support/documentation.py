"""The commands of the documentation, read out of its pages.

A block of the language `console` holds commands behind `$ ` and below each what it prints. A block
whose first line is `MARK` needs a cluster that no test has. A block `yaml FILE` is laid over that
file before the commands after it run: `python documentation.py FILE < BLOCK` does it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

MARK = "# needs a real cluster"
"""The first line of a block that no test can run; in the text of a page without the `# `."""

LIVE_MARK = "# on the live sandbox"
"""The first line of a block that the live tests run."""

PROGRAMS = ("kubectl", "pulumi", "argocd", "helm", "vela")
"""Programs whose commands in the text of a page ask for the mark; those of make are checked."""

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>.*)$")
_DOCUMENT = re.compile(r"<<(\w+)$")
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|src(?:set)?=\"([^\"]+)\"")


@dataclass(frozen=True)
class Command:
    """A command, over all its lines, and the lines that the page shows below it."""

    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    info: str
    text: str

    @property
    def marked(self) -> bool:
        """Whether no test runs it, or a live test."""
        return self.text.startswith((MARK, LIVE_MARK))

    @property
    def live(self) -> bool:
        """Whether a live test runs it."""
        return self.text.startswith(LIVE_MARK)

    @property
    def file(self) -> str | None:
        """The file that a block `yaml FILE` is laid over."""
        language, _, file = self.info.partition(" ")
        return file if language == "yaml" and file else None

    def commands(self) -> list[Command]:
        """Return the commands of a console block."""
        found: list[list[str]] = []
        end: str | None = None
        for line in self.text.splitlines():
            if end is not None:
                found[-1][0] += f"\n{line}"
                end = None if end in ("", line) and not line.endswith("\\") else end
            elif line.startswith("$ "):
                found.append([line.removeprefix("$ ")])
                document = _DOCUMENT.search(line)
                end = document[1] if document else "" if line.endswith("\\") else None
            elif found:
                found[-1].append(line)
        return [Command(text, tuple(shown)) for text, *shown in found]


def pages() -> list[Path]:
    """Return every page of the documentation."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name(page: Path) -> str:
    """Return the path of a page in the checkout."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page, without the indentation of a list that they stand in."""
    opened: tuple[int, str, int] | None = None
    held: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if match and opened is None:
            opened, held = (number, match["info"].strip(), len(match["indent"])), []
        elif match and opened and not match["info"]:
            yield Block(name(page), opened[0], opened[1], "\n".join(held))
            opened = None
        elif opened:
            held.append(line[opened[2] :] if line[: opened[2]].isspace() else line)
    assert opened is None, f"{name(page)}: a block is not closed"


def console(page: Path) -> list[Block]:
    """Return the blocks of a page that hold commands."""
    return [block for block in blocks(page) if block.info.startswith("console")]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    kept, inside = [], False
    for line in page.read_text("utf-8").splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def spans(page: Path) -> list[str]:
    """Return what stands in backticks in the text of a page."""
    return _SPAN.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """Return what a link into a page may name: its headings, as GitHub writes them."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
        found.add(f"{slug}-{number}" if number else slug)
    return found


def links(page: Path) -> list[str]:
    """Return the addresses of all links of a page."""
    return [next(filter(None, match)) for match in _LINK.findall(_SPAN.sub("", prose(page)))]


def lay_over(content: Any, patch: Any) -> Any:
    """Return the content with the patch's keys in it; everything but maps is replaced."""
    if not isinstance(content, Mapping) or not isinstance(patch, Mapping):
        return patch
    changed = {key: lay_over(content.get(key), value) for key, value in patch.items()}
    return {**content, **changed}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    there = yaml.safe_load(target.read_text("utf-8")) if target.is_file() else {}
    target.write_text(yaml.safe_dump(lay_over(there, yaml.safe_load(sys.stdin))), "utf-8")
