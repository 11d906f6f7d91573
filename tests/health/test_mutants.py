"""The cases notice nearly every change of the scripts: `make mutate-health` lists the others."""

import pytest

from components.health_checks.scripts import Kind
from tests.health.engine import Engine
from tests.health.mutate import mutants, survey, survivors
from tests.health.tables import Case

SOURCE = """\
-- example.org/Thing
-- Healthy: not changed, as if 1 == 2 then
-- Progressing: never.
-- Degraded: else.
-- Suspended: never.
local function known(value)
  return value.a == 1 and "x"
end
if known(obj) then
  return { status = "Healthy", message = "all is well" }
end
return { status = "Degraded", message = "not 1" }
"""
KIND = Kind("example.org", "Thing")
PARTS = {"prelude.lua": ""}


def case(a: int, status: str, message: str) -> Case:
    return Case(KIND, "case", {"a": a}, "healthy", status, message)


def test_every_place_that_decides_is_changed() -> None:
    changes = [mutant.change for mutant in mutants(SOURCE)]

    assert changes == [
        'return value[.a -> .mutated] == 1 and "x"',
        'return value.a [== -> ~=] 1 and "x"',
        'return value.a == [1 -> 0] and "x"',
        'return value.a == 1 [and -> or] "x"',
        'return value.a == 1 and ["x" -> "mutated"]',
        "[if -> if false and] known(obj) then",
        "[if -> if true or] known(obj) then",
        'return { status = ["Healthy" -> "mutated"], message = "all is well" }',
        'return { status = ["Degraded" -> "mutated"], message = "not 1" }',
    ]


def test_a_mutant_survives_that_no_case_notices() -> None:
    cases = [case(1, "Healthy", "well"), case(2, "Degraded", "not 1")]
    result = survivors(Engine(), KIND, PARTS, SOURCE, cases)

    # Any string is true.
    assert [mutant.change for mutant in result.alive] == [
        'return value.a == 1 and ["x" -> "mutated"]'
    ]
    assert str(result) == "example.org/Thing: 1 of 9 mutants survive (11.1 %)"


def test_a_script_that_fails_its_cases_is_not_surveyed() -> None:
    with pytest.raises(AssertionError, match="fails its cases as it is"):
        survivors(Engine(), KIND, PARTS, SOURCE, [case(1, "Degraded", "not 1")])


@pytest.mark.timeout(300)
def test_nearly_no_mutant_survives() -> None:
    results = list(survey())
    alive = sum(len(result.alive) for result in results)

    assert len(results) > 1
    # What is left changes nothing, such as `<` for `<=` where both sides give the same.
    assert alive <= 0.02 * sum(result.mutants for result in results), "make mutate-health"
