"""Progress of long steps, on stderr: what, how far, how long."""

from __future__ import annotations

import sys
import time
from typing import Self

LINE_EVERY = 20.0
REDRAW_EVERY = 0.2


class Progress:
    """One long step: a line updated in place on a terminal, else a line now and then."""

    def __init__(self, what: str) -> None:
        """Say what is done."""
        self._what = what
        self._start = self._shown = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Announce the step."""
        self._write("started")
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Say how it ended."""
        self._write("failed" if failure else "done", last=True)

    def update(self, how_far: str) -> None:
        """Show how far it is, if it is time to."""
        now = time.monotonic()
        if now - self._shown >= (REDRAW_EVERY if self._terminal else LINE_EVERY):
            self._shown = now
            self._write(how_far)

    def _write(self, how_far: str, *, last: bool = False) -> None:
        line = f"{self._what}: {how_far}, {time.monotonic() - self._start:.0f} s"
        if self._terminal:
            # \x1b[K clears what a longer line left behind.
            line = f"\r{line}\x1b[K" + ("\n" if last else "")
        else:
            line += "\n"
        sys.stderr.write(line)
        sys.stderr.flush()


def note(text: str) -> None:
    """Say one thing on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
