"""Engines and scripts for the health checks, and what a run of them covered."""

import re
from collections.abc import Callable

import pytest
from hypothesis import settings

from components.health_checks.scripts import HOLDS, Kind, scripts
from tests.health.engine import Engine, Script

Scripts = Callable[[Kind, str], Script]


settings.register_profile("thorough", max_examples=2_000, deadline=None)


def compiled(implementation: str) -> Scripts:
    """Return a function from a kind and a partition hold to the compiled script."""
    engine = Engine(implementation)
    found = {
        (kind, hold): engine.script(source)
        for hold in HOLDS
        for kind, source in scripts(hold).items()
    }
    return lambda kind, hold: found[kind, hold]


@pytest.fixture(scope="session", params=["lua51", "luajit21"])
def script(request: pytest.FixtureRequest) -> Scripts:
    """Return the scripts in each implementation of the language."""
    return compiled(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases of how many kinds passed, tables and steps of life cycles together."""
    passed = {
        found[1]
        for report in terminalreporter.getreports("passed")
        if (found := re.search(r"test_tables\.py::test_\w+\[\w+-(.+)\]$", report.nodeid))
    }
    if passed:
        kinds = {name.partition(":")[0] for name in passed}
        terminalreporter.write_line(f"health checks: {len(passed)} cases of {len(kinds)} kinds")
