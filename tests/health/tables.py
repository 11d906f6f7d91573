"""The case tables and life cycles of the health checks, read from the files beside this one.

`cases/<group>_<Kind>.yaml`::

    base: {metadata: {generation: 1}, ...}   # an object that each case changes
    cases:
      - name: pods still start
        object: {status: {readyReplicas: 1}} # laid over the base; null removes a field
        status: Progressing
        message: 1 of 2                      # a part of it
      - name: nothing at all
        whole: {}                            # instead of base and object
        hold: suspended                      # partitionHold; healthy by default
        ...

`lifecycles/<group>_<Kind>.yaml`: the same with `cycles`, lists of cases with a name, each laid
over the object of the case before.
"""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from components.health_checks.scripts import Kind

FOLDER = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Case(_Strict):
    name: str
    status: Literal["Healthy", "Progressing", "Degraded", "Suspended"]
    message: str = Field(min_length=1)
    object: dict[str, Any] | None = None
    whole: dict[str, Any] | None = None
    hold: Literal["healthy", "suspended"] = "healthy"

    @model_validator(mode="after")
    def _one_object(self) -> "_Case":
        if self.object is not None and self.whole is not None:
            raise ValueError("a case has an object or a whole one")
        return self


class _Cycle(_Strict):
    name: str
    steps: list[_Case] = Field(min_length=1)


class _Table(_Strict):
    base: dict[str, Any] = {}
    cases: list[_Case] = Field(min_length=1)


class _LifeCycles(_Strict):
    base: dict[str, Any] = {}
    cycles: list[_Cycle] = Field(min_length=1)


class Case(NamedTuple):
    """An object and the verdict that is expected."""

    kind: Kind
    name: str
    object: dict[str, Any]
    hold: str
    status: str
    message: str

    def __str__(self) -> str:
        """Return what the test is called."""
        return f"{self.kind}: {self.name}"


def tables(kind: Kind | None = None) -> list[Case]:
    """Return the cases of all tables, or of one kind's."""
    return [
        _case(of, case.name, _laid_over(table.base, case), case)
        for of, content in _files("cases", kind)
        for table in [_Table.model_validate(content)]
        for case in table.cases
    ]


def life_cycles(kind: Kind | None = None) -> list[list[Case]]:
    """Return the life cycles of all kinds, or of one."""
    return [
        list(_steps(of, table.base, cycle))
        for of, content in _files("lifecycles", kind)
        for table in [_LifeCycles.model_validate(content)]
        for cycle in table.cycles
    ]


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with another laid over it; null removes a field, lists are replaced."""
    result = copy.deepcopy(dict(base))
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def _files(folder: str, kind: Kind | None) -> Iterator[tuple[Kind, Any]]:
    for path in sorted((FOLDER / folder).glob("*.yaml")):
        of = Kind(*path.stem.split("_"))
        if kind in (None, of):
            yield of, yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)


def _steps(kind: Kind, base: dict[str, Any], cycle: _Cycle) -> Iterator[Case]:
    for step in cycle.steps:
        base = _laid_over(base, step)
        yield _case(kind, f"{cycle.name}, {step.name}", base, step)


def _laid_over(base: Mapping[str, Any], case: _Case) -> dict[str, Any]:
    return case.whole if case.whole is not None else merged(base, case.object or {})


def _case(kind: Kind, name: str, obj: dict[str, Any], case: _Case) -> Case:
    return Case(kind, name, obj, case.hold, case.status, case.message)
