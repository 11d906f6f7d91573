"""Every row of the tables and every step of the life cycles gets the verdict that it names."""

import pytest

from components.health_checks.scripts import scripts
from tests.health.conftest import Scripts
from tests.health.tables import Case, life_cycles, tables

CASES = tables()
CYCLES = life_cycles()


@pytest.mark.parametrize("case", [*CASES, *(step for cycle in CYCLES for step in cycle)], ids=str)
def test_verdict(script: Scripts, case: Case) -> None:
    verdict = script(case.kind, case.hold).judge(case.object)

    assert (verdict.status, case.message in verdict.message) == (case.status, True), verdict


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda cycle: str(cycle[0]))
def test_no_life_cycle_ends_waiting(cycle: list[Case]) -> None:
    last = cycle[-1]

    assert last.status != "Progressing" or "deletionTimestamp" in last.object["metadata"]


def test_every_kind_has_a_table_and_life_cycles() -> None:
    kinds = set(scripts())

    assert kinds
    assert {case.kind for case in CASES} == kinds
    assert {cycle[0].kind for cycle in CYCLES} == kinds


def test_names_of_cases_are_unique() -> None:
    names = [str(case) for case in CASES]
    names += [str(step) for cycle in CYCLES for step in cycle]

    assert sorted(names) == sorted(set(names))
