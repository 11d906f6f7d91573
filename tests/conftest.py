"""Options of the whole suite."""

import pytest
from hypothesis import settings

from tools import entry

pytest_plugins = ["tests.support.needs"]

# What the tests start is to behave the same wherever they are started from.
entry.as_in_the_foreground()

# How long an example takes says more about the machine than about the code.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that alone may rewrite golden files."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="rewrite tests/stacks/snapshots from what the program registers now",
    )
