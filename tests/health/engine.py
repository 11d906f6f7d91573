"""Lua as Argo CD runs it: version 5.1 with the libraries base, table and package.

Ref: https://github.com/argoproj/argo-cd/blob/v3.2.11/util/lua/lua.go
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

STEPS = 50_000
"""Instructions that a script may take; Argo CD allows it a second, which are some millions."""

STATUSES = ("Healthy", "Progressing", "Degraded", "Suspended")


class Verdict(NamedTuple):
    """What a script says about an object."""

    status: str
    message: str


class NoVerdictError(AssertionError):
    """The script raised, ran too long, or returned something else than a verdict."""


class Engine:
    """One implementation of Lua; scripts share it and leave nothing behind in it."""

    def __init__(self, implementation: str = "lua51") -> None:
        module = import_module(f"lupa.{implementation}")
        self.error: type[Exception] = module.LuaError
        self._lua = module.LuaRuntime(
            unpack_returned_tuples=True, register_eval=False, register_builtins=False
        )
        source = Path(__file__).with_name("sandbox.lua").read_text("utf-8")
        self._compile, self._run = self._lua.execute(source)

    def script(self, source: str) -> "Script":
        """Compile a script."""
        return Script(self, self._compile(source))

    def run(self, chunk: Any, obj: Mapping[str, Any], steps: int) -> Verdict:
        """Run a compiled script on an object."""
        succeeded, answer = self._run(chunk, self._table(obj), steps)
        if not succeeded:
            raise NoVerdictError(f"the script raised: {answer}")
        if not hasattr(answer, "items"):
            raise NoVerdictError(f"the script returned {answer!r}")
        fields = dict(answer.items())
        if set(fields) != set(Verdict._fields):
            raise NoVerdictError(f"the script returned {fields}")
        verdict = Verdict(**fields)
        if verdict.status not in STATUSES:
            raise NoVerdictError(f"not a status: {verdict.status!r}")
        if not isinstance(verdict.message, str) or not verdict.message.strip():
            raise NoVerdictError(f"not a message: {verdict.message!r}")
        return verdict

    def _table(self, value: Any) -> Any:
        # As Argo CD converts it: null is absent, also in a list, and every number a float.
        if isinstance(value, Mapping):
            fields = {key: self._table(item) for key, item in value.items() if item is not None}
            return self._lua.table_from(fields)
        if isinstance(value, list):
            return self._lua.table_from([self._table(item) for item in value if item is not None])
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return value


class Script:
    """A compiled script."""

    def __init__(self, engine: Engine, chunk: Any) -> None:
        self._engine = engine
        self._chunk = chunk

    def judge(self, obj: Mapping[str, Any], steps: int = STEPS) -> Verdict:
        """Return the verdict on an object; raises NoVerdictError if there is none."""
        return self._engine.run(self._chunk, obj, steps)
