"""What the pictures share: colours for light and dark, text, the frame."""

from collections.abc import Iterable
from html import escape

NAMESPACE = "http://www.w3.org/2000/svg"

MARGIN = 20
"""Pixels around what a picture shows."""

COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "box": ("#f6f8fa", "#161b22"),
    "line": ("#d0d7de", "#3d444d"),
    "ink": ("#1f2328", "#e6edf3"),
    "soft": ("#59636e", "#9198a1"),
    "mark": ("#0969da", "#4493f8"),
    "plus": ("#1a7f37", "#3fb950"),
    "minus": ("#d1242f", "#f85149"),
}
"""Name -> the colour in light and in dark mode."""

RULES = """\
text { font: 14px -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: var(--ink); \
white-space: pre }
.h { font-size: 17px; font-weight: 600 }
.b { font-weight: 600 }
.s { fill: var(--soft); font-size: 12px }
.i { fill: var(--soft); font-style: italic }
.c { font-family: ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace; font-size: 12px }
.plus { fill: var(--plus) } .minus { fill: var(--minus) } .mark { fill: var(--mark) }
.box { fill: var(--box); stroke: var(--line) } .page { fill: var(--page); stroke: var(--line) }
.rule { stroke: var(--line); fill: none }
.arrow { stroke: var(--mark); fill: none; stroke-width: 1.5 } .tip { fill: var(--mark) }
"""

Part = tuple[str, str]
"""Text, and the class that it is drawn with; empty for plain text."""


def picture(width: int, height: int, title: str, body: Iterable[str]) -> str:
    """Return the picture: its own background, so that it can be read on any page."""
    size = f'width="{width}" height="{height}"'
    frame = f'width="{width - 1}" height="{height - 1}"'
    return "\n".join(
        [
            f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}" {size} role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_variables()}{RULES}</style>",
            f'<rect class="page" x="0.5" y="0.5" {frame} rx="8"/>',
            *body,
            "</svg>\n",
        ]
    )


def text(x: int, y: int, parts: str | Iterable[Part], style: str = "", anchor: str = "") -> str:
    """Return a line of text that begins (or, as `anchor` says, ends or centres) at x."""
    pieces = [(parts, "")] if isinstance(parts, str) else parts
    content = "".join(
        f'<tspan class="{name}">{escape(piece)}</tspan>' if name else escape(piece)
        for piece, name in pieces
    )
    attributes = (f' class="{style}"' if style else "") + (
        f' text-anchor="{anchor}"' if anchor else ""
    )
    return f'<text x="{x}" y="{y}"{attributes}>{content}</text>'


def box(x: int, y: int, width: int, height: int) -> str:
    """Return a rounded box."""
    return f'<rect class="box" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def _variables() -> str:
    light, dark = (
        " ".join(f"--{name}: {pair[side]};" for name, pair in COLOURS.items()) for side in (0, 1)
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
