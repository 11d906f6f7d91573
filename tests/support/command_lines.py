"""The command lines of all processes of this machine while something runs."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INTERVAL_SECONDS = 0.05
LOOKS = 5
"""How often a process is looked at: soon after its start it becomes another program."""


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """Collect what every user of the machine could have read, as long as the context lasts.

    The set grows meanwhile: look at a copy of it.
    """
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        looks: Counter[str] = Counter()
        while not ended.wait(INTERVAL_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                looks[process.name] += 1
                if looks[process.name] > LOOKS:
                    continue
                with suppress(OSError):  # it has ended
                    line = (process / "cmdline").read_bytes()
                    seen.add(line.replace(b"\0", b" ").decode(errors="replace"))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()
