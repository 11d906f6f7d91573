"""Changes the health checks one place at a time and asks whether some case notices.

A change that no case notices survives: either nothing depends on that place, or a case is missing.
Each script is judged by the tables and life cycles of its own kind, a shared file by those of all.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from components.health_checks.scripts import FOLDER, Kind, load, render, shared
from tests.health.engine import Engine, NoVerdictError, Script
from tests.health.tables import Case, life_cycles, tables

TOKENS = re.compile(
    r"""(?P<comment>--.*)|(?P<string>"[^"]*")|(?P<field>\.[A-Za-z_]\w*)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<number>\d[\w.]*)|(?P<operator>\.\.|==|~=|<=|>=|[-+*/%<>\#])"""
)
INSTEAD: Mapping[str, Sequence[str]] = {
    "==": ["~="],
    "~=": ["=="],
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "and": ["or"],
    "or": ["and"],
    "not": [""],
    "true": ["false"],
    "false": ["true"],
    "if": ["if false and", "if true or"],
    "elseif": ["elseif false and", "elseif true or"],
    "healthy": ["progressing"],
    "progressing": ["healthy"],
    "degraded": ["progressing"],
    "suspended": ["progressing"],
    "held": ["healthy", "suspended"],
}
DEFINITION = re.compile(r"\s*local function \w+")


class Mutant(NamedTuple):
    """A script with one change."""

    line: int
    change: str
    """The line, with `[was -> is]` in the place that changed."""

    source: str


class Survivors(NamedTuple):
    """What became of the mutants of one file."""

    of: str
    mutants: int
    alive: list[Mutant]

    def __str__(self) -> str:
        """Return one line."""
        share = 100 * len(self.alive) / max(self.mutants, 1)
        return f"{self.of}: {len(self.alive)} of {self.mutants} mutants survive ({share:.1f} %)"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a script."""
    start = 0
    for number, line in enumerate(source.splitlines(keepends=True), 1):
        head = DEFINITION.match(line)
        for token in TOKENS.finditer(line, head.end() if head else 0):
            for now in _instead(token):
                where = slice(start + token.start(), start + token.end())
                changed = source[: where.start] + now + source[where.stop :]
                yield Mutant(number, _marked(line, token, now), changed)
        start += len(line)


def _instead(token: re.Match[str]) -> Sequence[str]:
    text = token[0]
    match token.lastgroup:
        case "comment":
            return []
        case "string":
            # What has a space is a message, of which a case names a part.
            return [] if " " in text else ['"mutated"']
        case "field":
            return [".mutated"]
        case "number":
            return ["0"] if text == "1" else [f"({text} + 1)"]
        case _:
            return INSTEAD.get(text, [])


def _marked(line: str, token: re.Match[str], now: str) -> str:
    return f"{line[: token.start()]}[{token[0]} -> {now}]{line[token.end() :]}".strip()


def survivors(
    engine: Engine, kind: Kind, parts: Mapping[str, str], source: str, cases: Sequence[Case]
) -> Survivors:
    """Return which mutants of a script its cases do not notice."""
    return _survivors(
        str(kind), source, lambda changed: _noticed(engine, {kind: changed}, parts, cases)
    )


def survivors_of_part(
    engine: Engine,
    name: str,
    parts: Mapping[str, str],
    sources: Mapping[Kind, str],
    cases: Sequence[Case],
) -> Survivors:
    """Return which mutants of a shared file no case of any kind notices."""
    return _survivors(
        name,
        parts[name],
        lambda changed: _noticed(engine, sources, {**parts, name: changed}, cases),
    )


def _survivors(of: str, source: str, noticed: Callable[[str], bool]) -> Survivors:
    if noticed(source):
        msg = f"{of} fails its cases as it is: run pytest tests/health"
        raise AssertionError(msg)
    found = list(mutants(source))
    return Survivors(of, len(found), [mutant for mutant in found if not noticed(mutant.source)])


def _noticed(
    engine: Engine, sources: Mapping[Kind, str], parts: Mapping[str, str], cases: Sequence[Case]
) -> bool:
    compiled: dict[tuple[Kind, str], Script] = {}
    for case in cases:
        key = (case.kind, case.hold)
        try:
            if key not in compiled:
                compiled[key] = engine.script(render(sources[case.kind], parts, case.hold))
            verdict = compiled[key].judge(case.object)
        except (NoVerdictError, engine.error):
            return True
        if verdict.status != case.status or case.message not in verdict.message:
            return True
    return False


def survey(wanted: Sequence[str] = ()) -> Iterator[Survivors]:
    """Yield what survives, file by file: of what is named, or of all."""
    engine = Engine()
    parts = shared()
    sources = load(FOLDER)
    for kind, source in sources.items():
        if not wanted or kind.kind in wanted:
            yield survivors(engine, kind, parts, source, _cases(kind))
    for name in parts:
        if not wanted or name in wanted:
            yield survivors_of_part(engine, name, parts, sources, _cases())


def _cases(kind: Kind | None = None) -> list[Case]:
    return [*tables(kind), *(step for cycle in life_cycles(kind) for step in cycle)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what survives; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.health.mutate",
        description="Change the health checks one place at a time; print what no case notices.",
        epilog="Exit codes: 0 done, 2 wrong usage.",
    )
    parser.add_argument(
        "kinds", nargs="*", help="kinds such as CloneSet, files such as prelude.lua; default: all"
    )
    results = []
    for result in survey(parser.parse_args(arguments).kinds):
        results.append(result)
        print(result)
        for mutant in result.alive:
            print(f"  line {mutant.line}: {mutant.change}")
    alive = [mutant for result in results for mutant in result.alive]
    print(Survivors("all", sum(result.mutants for result in results), alive))
    return 0


if __name__ == "__main__":
    sys.exit(main())
