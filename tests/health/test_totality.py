"""Whatever the object, every script gives a verdict, within few steps, and always the same."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.health_checks.scripts import HOLDS, Kind, scripts
from tests.health.conftest import Scripts, compiled
from tests.health.engine import Engine, NoVerdictError
from tests.health.tables import life_cycles, tables

KINDS = sorted(scripts())
script: Scripts = compiled("lua51")
FUZZED = settings(
    # 50, unless a profile says otherwise: pytest tests/health --hypothesis-profile=thorough
    max_examples=settings().max_examples // 2,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NUMBERS = st.sampled_from([0, 1, 2, -1, 3, 100, 2**31, -(2**63), 2**64, 1e300, -1e300, 0.5, 1e15])
STRINGS = st.sampled_from(
    [
        *("", "0", "1", "2", "-1", " 1 ", "0x1", "1e3", "1e999", "nan", "inf", "one"),
        *("0%", "1%", "33.3%", "50%", "100%", "250%", "-5%", "%", ".%", "1.2.3%", "1%%", "~"),
        *("true", "false", "True", "False", "Unknown", "x" * 5000, "ä\0€"),
    ]
)
LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | NUMBERS | STRINGS | st.just([]) | st.just({})
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Yield the path of everything inside an object, at any depth."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inside:
        yield (*here, key)
        if isinstance(item, dict | list):
            yield from places(item, (*here, key))


def replaced(obj: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """Return an object with one value replaced; a place that is gone changes nothing."""
    result = copy.deepcopy(obj)
    parent: Any = result
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return result


@st.composite
def mutations(draw: st.DrawFn, valid: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw an object of the tables with one to three values replaced or removed."""
    obj: dict[str, Any] = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 3))):
        here = list(places(obj))
        if here:
            obj = replaced(obj, draw(st.sampled_from(here)), draw(VALUES))
    return obj


def objects_of(kind: Kind) -> list[dict[str, Any]]:
    """Return every object that the tables and life cycles of a kind name."""
    steps = [step for cycle in life_cycles(kind) for step in cycle]
    return [case.object for case in [*tables(kind), *steps]]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_changed_object_gets_a_verdict(kind: Kind) -> None:
    judges = [script(kind, hold) for hold in HOLDS]

    @FUZZED
    @given(mutations(objects_of(kind)))
    def check(obj: dict[str, Any]) -> None:
        for judge in judges:
            assert judge.judge(obj) == judge.judge(obj)

    check()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_object_gets_a_verdict(kind: Kind) -> None:
    known = sorted({str(key) for obj in objects_of(kind) for path in places(obj) for key in path})
    fields = st.dictionaries(st.sampled_from(known), VALUES, max_size=6)
    top = st.sampled_from(["metadata", "spec", "status"])
    judge = script(kind, HOLDS[0])

    @FUZZED
    @given(st.dictionaries(top, fields | VALUES))
    def check(obj: dict[str, Any]) -> None:
        judge.judge(obj)

    check()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_field_may_be_wrong(kind: Kind) -> None:
    # One object of each shape that is no part of another.
    shapes = {frozenset(places(obj)): obj for obj in objects_of(kind)}
    shapes = {
        shape: shapes[shape] for shape in shapes if not any(shape < other for other in shapes)
    }
    wrong: list[Any] = [
        None,
        True,
        False,
        0,
        -1,
        1e300,
        "",
        "2",
        "50%",
        "x",
        [],
        [None],
        [[]],
        {},
        {"a": 1},
    ]
    judge = script(kind, HOLDS[0])
    for shape, obj in shapes.items():
        for place in shape:
            for value in wrong:
                judge.judge(replaced(obj, place, value))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_being_deleted_is_progressing(kind: Kind) -> None:
    for obj in objects_of(kind):
        metadata = {**obj.get("metadata", {}), "deletionTimestamp": "2026-01-01T00:00:00Z"}
        verdict = script(kind, HOLDS[0]).judge({**obj, "metadata": metadata})

        assert verdict == ("Progressing", "being deleted")


def test_verdicts_do_not_depend_on_what_was_judged_before() -> None:
    everything = [(kind, obj) for kind in KINDS for obj in objects_of(kind)]
    forwards = [script(kind, HOLDS[0]).judge(obj) for kind, obj in everything]
    backwards = [script(kind, HOLDS[0]).judge(obj) for kind, obj in reversed(everything)]

    assert forwards == backwards[::-1]


@pytest.mark.parametrize(
    "source",
    [
        "return nil",
        "return {}",
        "return 1",
        'return { status = "Fine", message = "x" }',
        'return { status = "Healthy", message = "" }',
        'return { status = "Healthy", message = "x", more = 1 }',
        'return { status = "Healthy", message = ("x"):upper() }',
        'return { status = "Healthy", message = string.upper("x") }',
        "return math.floor(1)",
        'return os.date("%c")',
        "return debug.traceback()",
        "return obj.status.x",
        "while true do end",
    ],
)
@pytest.mark.parametrize("implementation", ["lua51", "luajit21"])
def test_the_harness_refuses_what_argo_cd_refuses(implementation: str, source: str) -> None:
    script = Engine(implementation).script(source)

    with pytest.raises(NoVerdictError):
        script.judge({})
