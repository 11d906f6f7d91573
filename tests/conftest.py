"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that alone may rewrite golden files."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="rewrite tests/stacks/snapshots from what the program registers now",
    )
