"""The command lines of all processes of this machine while something runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INTERVAL_SECONDS = 0.05


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """Collect what every user of the machine could have read, as long as the context lasts."""
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:  # it has ended
                    continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()
