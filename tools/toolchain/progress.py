"""Progress of a run of long steps, on stderr: which step, how far, elapsed, and what remains."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINE_EVERY = 20.0
REDRAW_EVERY = 0.2
TRUST = 30.0
"""A record counts as much as the pace of this run once that many recorded seconds are done."""


class Progress:
    """One line for the whole run: updated in place on a terminal, else a line now and then.

    Takes the steps in the order of the work, each with its recorded duration in seconds; 0 where
    there is none. What remains is the rest of these durations, stretched by the pace so far.
    """

    def __init__(self, steps: Mapping[str, float]) -> None:
        """Take the steps; nothing is shown before the first one starts."""
        self._seconds = dict(steps)
        self._names = list(steps)
        self._current = ""
        self._share = 0.0
        self._done = 0.0
        self._start = self._shown = time.monotonic()
        self._terminal = sys.stderr.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step of the run while it lasts, and how it ended.

        One of which nothing is recorded is shown when it gets somewhere: it may well fail at once.
        """
        began = time.monotonic()
        announced = self._seconds[name] > 0
        self._current, self._share = name, 0.0
        if announced:
            self._write("started")
        how = "failed"
        try:
            yield
            how = "done"
        except KeyboardInterrupt:
            how = "interrupted"
            raise
        finally:
            self.over(name)
            if announced or how == "done":
                self._write(f"{how} after {duration(time.monotonic() - began)}", last=True)

    def over(self, name: str) -> None:
        """Take a step for done: after it, or in its place where another run has done it."""
        self._done, self._share = self._done + self._seconds[name], 0.0
        self._seconds[name] = 0.0

    def expect(self, seconds: float) -> None:
        """Correct the duration of the step that runs, now that more is known about it."""
        self._seconds[self._current] = seconds

    def update(self, how_far: str, share: float = 0.0) -> None:
        """Show how far the step is, in words and as a share of 1, if it is time to."""
        self._share = share
        every = REDRAW_EVERY if self._terminal else LINE_EVERY
        if time.monotonic() - self._shown >= every:
            self._write(how_far)

    def _write(self, how_far: str, *, last: bool = False) -> None:
        self._shown = time.monotonic()
        elapsed = self._shown - self._start
        in_step = self._share * self._seconds[self._current]
        done, left = self._done + in_step, sum(self._seconds.values()) - in_step
        pace = (elapsed + TRUST) / (done + TRUST)
        remains = f", about {duration(left * pace)} left" if left else ""
        step = f"step {self._names.index(self._current) + 1} of {len(self._names)}"
        line = f"{step}, {self._current}: {how_far}; {duration(elapsed)} so far{remains}"
        if self._terminal:
            # \x1b[K clears what a longer line left behind.
            line = f"\r{line}\x1b[K" + ("\n" if last else "")
        else:
            line += "\n"
        sys.stderr.write(line)
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """Return a duration in words: "40 s", "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def note(text: str) -> None:
    """Say one thing on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
