"""A comment of `make comment` as a forge shows it: Markdown -> picture.

Only what `tools/object_diff/markdown.py` writes is understood.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape

from tools.pictures.svg import MARGIN, Part, box, picture, text

WIDTH = 860
LINE = 22
CODE_LINE = 17
MOST_WIDE = 108
"""Characters of a line of code that fit."""

SUMMARY = re.compile(r"<details><summary>(.*)</summary>")
INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|<b>(?P<b>.+?)</b>|<code>(?P<c>.+?)</code>"
)
DIFF = {"+": "plus", "-": "minus", "@": "mark", "!": "i"}


def comment_picture(markdown: str, opened: Collection[str]) -> str:
    """Return the comment; what is folded is open where a word of `opened` is in its title."""
    body: list[str] = []
    y = MARGIN
    for kind, lines in _pieces(markdown, opened):
        if kind == "code":
            body += _code(lines, y)
            y += len(lines) * CODE_LINE + 20
        elif kind == "table":
            body += _table([[c.strip() for c in row.strip("|").split("|")] for row in lines], y)
            y += len(lines) * LINE + 12
        else:
            y += LINE + 4
            sign: list[Part] = [(f"{kind} ", "s")] if kind in "▾▸" else []
            style = "h" if kind == "heading" else ""
            body.append(text(MARGIN, y, [*sign, *_inline(lines[0])], style))
    return picture(WIDTH, y + MARGIN, "A comment on a pull request", body)


def _pieces(markdown: str, opened: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield what can be seen: heading, line, table and code, and the titles of what is folded."""
    lines = iter(markdown.splitlines())
    for line in lines:
        if line.startswith("```"):
            yield "code", list(itertools.takewhile(lambda each: not each.startswith("```"), lines))
        elif line.startswith("|"):
            rows = [line, *itertools.takewhile(lambda each: each.startswith("|"), lines)]
            yield "table", [row for row in rows if "---" not in row]
        elif fold := SUMMARY.match(line):
            is_open = any(word in fold[1] for word in opened)
            yield "▾" if is_open else "▸", [fold[1]]
            if not is_open:
                _skip(lines)
        elif line.startswith("#"):
            yield "heading", [line.lstrip("# ")]
        elif line and not line.startswith(("<!--", "</details>")):
            yield "line", [line]


def _skip(lines: Iterator[str]) -> None:
    """Take the lines to the end of what is folded."""
    depth = 1
    while depth:
        line = next(lines)
        depth += line.startswith("<details>") - line.startswith("</details>")


def _inline(line: str) -> list[Part]:
    """Return the text with what is bold, code or italic told apart."""
    if italic := re.fullmatch(r"_(.*)_", line):
        return [(re.sub(r"\\(.)", r"\1", italic[1]), "i")]
    parts: list[Part] = []
    at = 0
    for match in INLINE.finditer(line):
        parts.append((unescape(line[at : match.start()]), ""))
        bold, code = match["bold"] or match["b"], match["code"] or match["c"]
        parts.append((unescape(bold or code), "b" if bold else "c"))
        at = match.end()
    return [part for part in [*parts, (unescape(line[at:]), "")] if part[0]]


def _code(lines: Sequence[str], y: int) -> list[str]:
    drawn = [box(MARGIN, y + 8, WIDTH - 2 * MARGIN, len(lines) * CODE_LINE + 8)]
    for number, line in enumerate(lines, 1):
        style = f"c {DIFF.get(line[:1], '')}".strip()
        drawn.append(text(MARGIN + 10, y + 8 + number * CODE_LINE, line[:MOST_WIDE], style))
    return drawn


def _table(rows: Sequence[Sequence[str]], y: int) -> list[str]:
    first, other = 150, 80
    width = first + other * (len(rows[0]) - 1)
    drawn = []
    for number, row in enumerate(rows, 1):
        bottom = y + 8 + number * LINE
        drawn.append(f'<path class="rule" d="M{MARGIN} {bottom}h{width}"/>')
        for column, cell in enumerate(row):
            x = MARGIN + first + other * column - 12 if column else MARGIN
            style = "b" if number == 1 else ""
            drawn.append(text(x, bottom - 6, _inline(cell), style, "end" if column else ""))
    return drawn
