"""Columns of boxes with arrows between them: YAML -> picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.pictures.svg import MARGIN, box, picture, text

WIDTH = 232
"""Pixels of a box."""
GAP = 52
"""Pixels between columns."""
BETWEEN = 26
"""Pixels between the boxes of a column."""
LINE = 17
TOP = 66
"""Pixels above the first box: titles of the picture and of the columns."""


@dataclass(frozen=True)
class Box:
    """A box at its place."""

    column: int
    x: int
    y: int
    height: int
    title: str
    lines: Sequence[str]

    @property
    def middle(self) -> int:
        """Where arrows from the side meet it."""
        return self.y + self.height // 2


def architecture_picture(content: Mapping[str, Any]) -> str:
    """Return the picture of `title`, `columns` of `boxes`, `arrows` and `notes`."""
    columns = content["columns"]
    boxes = _placed(columns)
    bottom = max(b.y + b.height for b in boxes.values())
    body = [text(MARGIN, MARGIN + 14, content["title"], "h")]
    body += [text(_x(n), TOP - 8, column["title"], "s") for n, column in enumerate(columns)]
    body += [_arrow(boxes[a], boxes[b]) for a, b in content["arrows"]]
    for placed in boxes.values():
        body += _box(placed)
    notes = content["notes"]
    body += [text(MARGIN, bottom + 28 + n * 20, note, "s") for n, note in enumerate(notes)]
    width = _x(len(columns)) - GAP + MARGIN
    return picture(width, bottom + 18 + len(notes) * 20 + MARGIN, content["title"], body)


def _x(column: int) -> int:
    return MARGIN + column * (WIDTH + GAP)


def _placed(columns: Sequence[Mapping[str, Any]]) -> dict[str, Box]:
    """Return the boxes by id; those of a short column are spread over the height of the longest."""
    heights = [[_height(b) for b in column["boxes"]] for column in columns]
    tallest = max(sum(own) + BETWEEN * (len(own) - 1) for own in heights)
    found = {}
    for number, (column, own) in enumerate(zip(columns, heights, strict=True)):
        between = (tallest - sum(own)) // max(len(own) - 1, 1)
        y = TOP
        for entry, height in zip(column["boxes"], own, strict=True):
            found[entry["id"]] = Box(number, _x(number), y, height, entry["title"], entry["text"])
            y += height + between
    return found


def _height(entry: Mapping[str, Any]) -> int:
    return 34 + LINE * len(entry["text"])


def _box(placed: Box) -> Iterator[str]:
    yield box(placed.x, placed.y, WIDTH, placed.height)
    yield text(placed.x + 12, placed.y + 22, placed.title, "b")
    for number, line in enumerate(placed.lines, 1):
        yield text(placed.x + 12, placed.y + 22 + LINE * number, line, "s")


def _arrow(start: Box, end: Box) -> str:
    """Return an arrow to the next column or to the one before, or downwards within a column."""
    if start.column == end.column:
        x = start.x + WIDTH // 2
        return _drawn(f"M{x} {start.y + start.height}V{end.y - 7}", f"M{x - 4} {end.y - 8}h8l-4 8z")
    sign = 1 if end.column > start.column else -1
    a, b = (start.x + WIDTH, end.x) if sign > 0 else (start.x, end.x + WIDTH)
    bend = sign * GAP // 2
    # Apart from what comes from the other side.
    y, z = start.middle - 14 * (sign < 0), end.middle - 14 * (sign < 0)
    curve = f"M{a} {y}C{a + bend} {y} {b - bend} {z} {b - 7 * sign} {z}"
    return _drawn(curve, f"M{b - 8 * sign} {z - 4}v8l{8 * sign} -4z")


def _drawn(path: str, tip: str) -> str:
    return f'<path class="arrow" d="{path}"/><path class="tip" d="{tip}"/>'
