"""Run pytest, with everything that the chosen tests need there before the first of them starts.

`python -m tests.run ARGUMENTS` collects with the arguments to learn which tests are chosen, has
their tools and artifacts, and then becomes `pytest ARGUMENTS`.

Exit codes: those of pytest; also 1 when a tool cannot be had or an artifact has the wrong bytes.
"""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import pytest

from errors import ArtifactUnreachableError
from tests.support.needs import CACHE, UNREACHABLE, catalogue, tools_of
from tools import entry, toolchain
from tools.live.lifecycle import redis_server
from upstream import artifacts


class _Reader:
    """Keeps what is collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []
        self.interrupted = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # Errors of the collection come here too, as a class that derives from it.
        self.interrupted = excinfo.type is KeyboardInterrupt


def main() -> NoReturn:
    """Provide, and become pytest."""
    arguments = sys.argv[1:]
    print("looking up what the chosen tests need", file=sys.stderr, flush=True)
    provide(chosen(arguments))
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606


def chosen(arguments: Sequence[str]) -> list[pytest.Item]:
    """Return the tests that pytest would run; none where it would not get as far as that.

    Then it is left to pytest to say why.
    """
    reader = _Reader()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = pytest.main(["--collect-only", *arguments], plugins=[reader])
    if reader.interrupted:
        raise KeyboardInterrupt
    # Tests are failed by errors that --continue-on-collection-errors passes over.
    return reader.items if code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} else []


def provide(items: Sequence[pytest.Item]) -> None:
    """Have what the tests need; PlatformError where something cannot be had."""
    fixtures = {name for item in items for name in getattr(item, "fixturenames", ())}
    if "live" in fixtures:
        redis_server()
    toolchain.ensure(*sorted(set().union(*map(tools_of, items))))
    os.environ.pop(UNREACHABLE, None)
    if "upstream" in fixtures:
        try:
            _fetch()
        except ArtifactUnreachableError as error:
            reason = str(error).partition("\n")[0]
            print(f"tests that need the artifacts are skipped: {reason}", file=sys.stderr)
            os.environ[UNREACHABLE] = reason


def _fetch() -> None:
    missing = [pin for pin in catalogue() if artifacts.cached(pin, CACHE) is None]
    for number, pin in enumerate(missing, 1):
        print(f"artifact {number} of {len(missing)}: {pin.url}", file=sys.stderr)
        artifacts.fetch(pin, CACHE)


if __name__ == "__main__":
    entry.run(main)
