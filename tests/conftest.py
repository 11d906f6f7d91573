"""Options of the whole suite, and what its slow layers share."""

from pathlib import Path

import pytest

from errors import ArtifactUnreachableError
from upstream import artifacts
from upstream.versions import CATALOGUE

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that alone may rewrite golden files."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="rewrite tests/stacks/snapshots from what the program registers now",
    )


@pytest.fixture(scope="session")
def upstream() -> None:
    """Have every version of every artifact, or skip and say which address cannot be reached.

    Wrong bytes are no reason to skip: they fail.
    """
    for product in CATALOGUE.values():
        for variant, source in product.artifacts.items():
            for version in source.sha256:
                try:
                    artifacts.fetch(product.pin(variant, version), ROOT / artifacts.CACHE)
                except ArtifactUnreachableError as error:
                    pytest.skip(str(error).partition("\n")[0])
