"""Changes -> Markdown for one comment of a pull request, never longer than a forge accepts.

What is cut is cut at the boundary of an object, and named. Names and values come from whoever
wrote the change, so none of them can break out of its code block.
"""

import difflib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tools.object_diff.model import OPERATIONS, Change, FieldChange, Section

LIMIT = 65_536
"""Characters that GitHub accepts in a comment; counted in bytes here, which are never fewer.

Ref: https://github.com/orgs/community/discussions/27190
"""

MARKER = "<!-- gitops-bootstrap: preview -->"
"""The first line of the comment; it is found again by it, and edited in place."""

SIGNS = {"delete": "-", "replace": "±", "update": "~", "create": "+"}
WORDS = {"delete": "deleted", "replace": "replaced", "update": "updated", "create": "created"}
LOUD = ("delete", "replace")
"""Operations that lose something: shown before all others, and not folded away."""

MOST_LINES = 120
"""Of the diff of one object."""
MOST_OF_A_FIELD = 30
"""Lines; a long script must not hide what else changes."""
MOST_WIDE = 400
"""Characters of a line."""
MOST_ERRORS = 3
MOST_OF_AN_ERROR = 2_000
MOST_NAMES = 10
MOST_UNITS = 40
CONTEXT_LINES = 2


@dataclass(frozen=True)
class _Block:
    """One object's text, and how it is called when there is no room for it."""

    change: Change
    text: str


def document(
    sections: Sequence[Section], *, title: str = "Preview", marker: str = MARKER, limit: int = LIMIT
) -> str:
    """Return the comment: marker, then for each stack a summary by unit, then what changes.

    Deletions and replacements come first and are not folded. With no room for everything, whole
    objects are left out, the loudest last, and each stack says how many and which.
    """
    blocks = [[_Block(c, _object(c)) for c in section.changes] for section in sections]
    heads = [_head(section) for section in sections]
    top = f"{marker}\n### {_plain(title)}\n"
    # What each stack says about what was cut is taken off in advance.
    frames = sum(_size(head) for head in heads) + sum(_frame_size(own) for own in blocks)
    room = limit - _size(top) - frames
    chosen = _fitting(blocks, room)
    if chosen is None:
        return _titles_only(top, sections, limit)
    parts = [
        head + _details(own, kept) for head, own, kept in zip(heads, blocks, chosen, strict=True)
    ]
    return top + "".join(parts)


def _fitting(blocks: list[list[_Block]], room: int) -> list[set[int]] | None:
    """Return the places of the blocks for which there is room, by stack; None for no room at all.

    Loud operations choose first, over all stacks.
    """
    if room < 0:
        return None
    chosen: list[set[int]] = [set() for _ in blocks]
    order = sorted(
        (OPERATIONS.index(block.change.operation), stack, place)
        for stack, own in enumerate(blocks)
        for place, block in enumerate(own)
    )
    for _, stack, place in order:
        size = _size(blocks[stack][place].text)
        if size <= room:
            room -= size
            chosen[stack].add(place)
    return chosen


def _head(section: Section) -> str:
    """Return a stack's title, what must be known, and the table by unit."""
    lines = ["", f"#### Stack {_tick(section.stack)}: {_verdict(section)}", ""]
    for note in section.notes:
        lines += [f"_{_plain(note)}_", ""]
    for error in section.errors[:MOST_ERRORS]:
        lines += [*_fenced([_line(line) for line in _shortened(error).splitlines()], "text"), ""]
    if len(section.errors) > MOST_ERRORS:
        lines += [f"and {len(section.errors) - MOST_ERRORS} more errors", ""]
    if section.changes:
        lines += [*_table(section.changes), "", ""]
    return "\n".join(lines)


def _verdict(section: Section) -> str:
    counts = Counter(change.operation for change in section.changes)
    told = ", ".join(f"{counts[op]} {WORDS[op]}" for op in OPERATIONS if counts[op])
    if section.errors:
        return f"failed ({told} until then)" if told else "failed"
    return told or "no changes"


def _table(changes: Iterable[Change]) -> Iterator[str]:
    units: dict[str, Counter[str]] = {}
    for change in changes:
        units.setdefault(change.unit, Counter())[change.operation] += 1
    yield f"| unit | {' | '.join(OPERATIONS)} |"
    yield "| --- |" + " ---: |" * len(OPERATIONS)
    for unit, counts in sorted(units.items())[:MOST_UNITS]:
        yield f"| {_tick(unit)} | {' | '.join(str(counts[op] or '') for op in OPERATIONS)} |"
    if len(units) > MOST_UNITS:
        yield f"| and {len(units) - MOST_UNITS} more |" + " |" * len(OPERATIONS)


def _details(blocks: Sequence[_Block], kept: set[int]) -> str:
    """Return the loud blocks, then the others folded, then what was left out."""
    loud, quiet = _split(b for place, b in enumerate(blocks) if place in kept)
    text = "".join(b.text for b in loud)
    if quiet:
        text += _FOLD.format(len(quiet)) + "".join(b.text for b in quiet) + _END
    return text + _left_out([b.change for p, b in enumerate(blocks) if p not in kept])


_FOLD = "<details><summary>Updated and created: {}</summary>\n\n"
_END = "</details>\n"


def _frame_size(blocks: Sequence[_Block]) -> int:
    """Return what stands around the blocks at most."""
    worst = max(blocks, key=lambda b: _size(_name(b.change)), default=None)
    names = _size(_left_out([worst.change] * len(blocks))) if worst else 0
    return _size(_FOLD.format(len(blocks)) + _END) + names


def _left_out(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    names = ", ".join(f"{SIGNS[c.operation]} {_tick(_name(c))}" for c in changes[:MOST_NAMES])
    more = f" and {len(changes) - MOST_NAMES} more" if len(changes) > MOST_NAMES else ""
    return (
        f"\n**Left out, as the comment would be too long: {len(changes)} of the objects** "
        f"({names}{more}). All of them: `make diff`.\n"
    )


def _titles_only(top: str, sections: Sequence[Section], limit: int) -> str:
    """Return what still fits where not even the summaries do: the title of each stack."""
    end = "\n\nLeft out, as the comment would be too long: the rest. All of it: `make diff`.\n"
    text = top
    for section in sections:
        line = f"\n#### Stack {_tick(section.stack)}: {_verdict(section)}\n"
        if _size(text + line + end) > limit:
            break
        text += line
    return text + end


def _split(blocks: Iterable[_Block]) -> tuple[list[_Block], list[_Block]]:
    loud: list[_Block] = []
    quiet: list[_Block] = []
    for block in blocks:
        (loud if block.change.operation in LOUD else quiet).append(block)
    return loud, quiet


def _object(change: Change) -> str:
    """Return one object: a line, and what changes folded below it."""
    most = MOST_LINES if len(change.fields) == 1 else MOST_OF_A_FIELD
    lines = [line for field in change.fields for line in _cut(list(_field(field)), most)]
    title = f"{SIGNS[change.operation]} {WORDS[change.operation]}"
    if not lines:
        return f"**{title}** {_tick(change.unit)}: {_tick(_name(change))}\n\n"
    name = f"<b>{title}</b> {_html(change.unit)}: <code>{_html(_name(change))}</code>"
    lines = _cut(lines, MOST_LINES)
    opening = f"<details><summary>{name}</summary>\n\n"
    return opening + "\n".join(_fenced(lines, "diff")) + f"\n\n{_END}\n"


def _cut(lines: list[str], most: int) -> list[str]:
    rest = [f"@@ {len(lines) - most} more lines are not shown @@"] if len(lines) > most else []
    return [*map(_line, lines[:most]), *rest]


def _field(field: FieldChange) -> Iterator[str]:
    """Yield a field as lines of a diff."""
    if field.path:
        yield f"@@ {_one_line(field.path)} @@"
    if field.note:
        yield f"! {_one_line(field.note)}"
        return
    before, after = (_lines(v) for v in (field.before, field.after))
    if max(len(before), len(after)) == 1 or not before or not after:
        yield from (f"- {line}" for line in before)
        yield from (f"+ {line}" for line in after)
        return
    found = difflib.unified_diff(before, after, n=CONTEXT_LINES, lineterm="")
    for number, line in enumerate(found):
        if number >= 2:  # noqa: PLR2004 - the names of the files, which there are none of
            yield "  ..." if line.startswith("@@") else f"{line[0]} {line[1:]}"


def _lines(value: str | None) -> list[str]:
    return [] if value is None else value.splitlines() or [""]


def _line(text: str) -> str:
    """Return a line without what does not print, and not too wide."""
    text = _shortened(text, MOST_WIDE)
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def _one_line(text: str) -> str:
    return _line(" ".join(text[: MOST_WIDE + 1].splitlines()))


def _name(change: Change) -> str:
    inside = f" in release {change.release}" if change.release else ""
    return f"{change.kind} {change.name}{inside}"


def _fenced(lines: Sequence[str], language: str) -> list[str]:
    """Return a code block that its content cannot close."""
    longest = max((len(m) for line in lines for m in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *lines, fence]


def _tick(text: str) -> str:
    return "`" + _one_line(text).replace("`", "'").replace("|", "/") + "`"


def _html(text: str) -> str:
    return html.escape(_one_line(text))


def _plain(text: str) -> str:
    """Return prose in which nothing is markup, a link or a mention."""
    return re.sub(r"([\\`*_\[\]<>|#@!])", r"\\\1", _one_line(text)).replace("\\@", "@\u200b")


def _shortened(text: str, most: int = MOST_OF_AN_ERROR) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _size(text: str) -> int:
    return len(text.encode())
