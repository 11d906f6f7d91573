"""Engine events -> lines for a reader, and a summary by unit. Pure: it only returns text."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import DiagnosticEvent, StepEventMetadata

from tools.deploy.advice import advice

OPERATIONS = {
    OpType.CREATE: ("+", "create"),
    OpType.UPDATE: ("~", "update"),
    OpType.DELETE: ("-", "delete"),
    OpType.REPLACE: ("±", "replace"),
    OpType.READ: (">", "read"),
    OpType.REFRESH: ("r", "refresh"),
    OpType.SAME: (" ", "same"),
}
HALVES = frozenset({OpType.CREATE_REPLACEMENT, OpType.DELETE_REPLACED})
"""The steps of a replacement, in either order; REPLACE, which does nothing, stands for both."""
COLUMNS = ("create", "update", "replace", "delete", "same")
PROVIDER = "pulumi:providers:"
STACK = "pulumi:pulumi:Stack"
COMPONENT = "bootstrap:index:"
MOST_WAITING = 4
CLOSING_WORDS = frozenset({"preview failed", "update failed"})
MARKUP = re.compile(r"<\{%[^%]*%\}>")


@dataclass
class Report:
    """What happened so far: takes the engine's events, gives lines and a summary."""

    preview: bool = False
    removal: bool = False
    """A destroy, in which nothing stays: a program that runs for it is first reported as it is."""
    clock: Callable[[], float] = time.monotonic
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    running: dict[str, tuple[float, str]] = field(default_factory=dict)
    """What the engine is working on, by URN: since when, and what."""
    errors: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    """What was done to each resource, by URN: an operation of COLUMNS."""
    registered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the program asks for, by URN; secrets are masked by the engine."""
    removed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was to be deleted, by URN."""
    status: dict[str, str] = field(default_factory=dict)
    """The provider's last word on a resource, by URN."""

    def on_event(self, event: EngineEvent) -> Iterator[str]:
        """Take one event and give the lines it is worth."""
        if pre := event.resource_pre_event:
            self._begin(pre.metadata)
            if (new := pre.metadata.new) and new.inputs:
                self.registered[pre.metadata.urn] = new.inputs
            if pre.metadata.op is OpType.DELETE and (old := pre.metadata.old) and old.inputs:
                self.removed[pre.metadata.urn] = old.inputs
        elif done := event.res_outputs_event:
            yield from self._finish(done.metadata)
        elif failed := event.res_op_failed_event:
            self.running.pop(failed.metadata.urn, None)
            yield f"! {label(failed.metadata)} failed"
        elif diagnostic := event.diagnostic_event:
            yield from self._diagnose(diagnostic)

    def waiting(self, longer_than: float) -> str | None:
        """Say what has been in flight for more than that many seconds, or None."""
        now = self.clock()
        slow = [
            (now - since, what, f": {said}" if (said := self.status.get(urn)) else "")
            for urn, (since, what) in tuple(self.running.items())  # the engine goes on meanwhile
            if now - since > longer_than
        ]
        if not slow:
            return None
        slow.sort(reverse=True)
        lines = [
            f"  waiting for {' '.join(what.split())} ({seconds:.0f} s){said}"
            for seconds, what, said in slow
        ]
        shown = lines[:MOST_WAITING]
        if more := len(lines) - len(shown):
            shown.append(f"  and {more} more")
        return "\n".join(shown)

    @property
    def changes(self) -> int:
        """How many resources were, or would be, created, updated, replaced or deleted."""
        return sum(unit[op] for unit in self.counts.values() for op in COLUMNS if op != "same")

    def summary(self, operation: str, seconds: float) -> str:
        """Return the table by unit, the verdict, and the errors once more below it."""
        rows: list[tuple[str, ...]] = [("unit", *COLUMNS)]
        for unit, count in sorted(self.counts.items()):
            rows.append((unit, *(str(count[c] or "") for c in COLUMNS)))
        width = max(len(row[0]) for row in rows)
        table = "\n".join(
            (row[0].ljust(width) + "".join(cell.rjust(9) for cell in row[1:])).rstrip()
            for row in rows
        )
        verdict = "failed" if self.errors else f"{self.changes} changes"
        if not self.errors and self.changes == 1:
            verdict = "1 change"
        mode = "would make " if self.preview and not self.errors else ""
        text = f"\n{table}\n\n{operation}: {mode}{verdict} in {seconds:.1f} s"
        return "\n".join([text, *(f"\nerror: {e}" for e in self.errors)])

    def _begin(self, step: StepEventMetadata) -> None:
        works = step.op in HALVES or (step.op in OPERATIONS and step.op is not OpType.SAME)
        if works and not is_quiet(step):
            self.running[step.urn] = (self.clock(), label(step))

    def _finish(self, step: StepEventMetadata) -> Iterator[str]:
        started, _ = self.running.pop(step.urn, (None, ""))
        if step.op not in OPERATIONS or is_quiet(step) or step.urn in self.done:
            return
        symbol, operation = OPERATIONS[step.op]
        if self.removal and operation == "same":
            return
        self.done[step.urn] = operation
        self.counts[unit_of(step.urn)][operation] += 1
        if operation in {"same", "read", "refresh"}:
            return
        took = "" if self.preview or started is None else f"  {self.clock() - started:.1f} s"
        if step.op is OpType.REPLACE:
            took = ""  # no work of its own
        changed = ", ".join(sorted(step.detailed_diff or step.diffs or ()))
        yield f"{symbol} {label(step)}{took}" + (
            f"\n    {changed}" if changed and operation in {"update", "replace"} else ""
        )

    def _diagnose(self, diagnostic: DiagnosticEvent) -> Iterator[str]:
        text = MARKUP.sub("", diagnostic.message).strip()
        urn = diagnostic.urn or ""
        severity = diagnostic.severity.partition("#")[0]
        if not text or severity == "debug":
            return
        if severity == "error":
            # The engine wraps an error of the program in one of its own.
            is_echo = text in CLOSING_WORDS or any(known in text for known in self.errors)
            if not is_echo:
                text += advice(text, urn, self.removed.get(urn))
                self.errors.append(f"{name_of(urn)}: {text}" if urn and STACK not in urn else text)
        elif diagnostic.ephemeral or (urn in self.running and not self.preview):
            # The provider's running commentary; the heartbeat shows its last word.
            self.status[urn] = text
        elif urn and STACK not in urn:
            yield f"{severity}: {name_of(urn)}: {text}"
        else:
            yield text if severity == "info" else f"{severity}: {text}"


def is_quiet(step: StepEventMetadata) -> bool:
    """Tell whether a step is not worth a line: the stack, a unit as such, and the provider.

    These are no objects of the cluster. The provider shows an update whenever the path of the
    kubeconfig differs from the last run's.
    """
    return step.type == STACK or step.type.startswith((COMPONENT, PROVIDER))


def unit_of(urn: str) -> str:
    """Return the unit that a resource belongs to: its component's type in kebab case."""
    qualified = urn.split("::")[2]
    for part in qualified.split("$"):
        if part.startswith(COMPONENT):
            return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", part.removeprefix(COMPONENT)).lower()
    return "stack"


def name_of(urn: str) -> str:
    """Return the logical name of a resource."""
    return urn.rpartition("::")[2]


def label(step: StepEventMetadata) -> str:
    """Return how a reader knows the resource: unit, kind and name."""
    kind = step.type.rpartition(":")[2]
    unit = unit_of(step.urn)
    name = name_of(step.urn).removeprefix(f"{unit}-").removeprefix(f"{kind.lower()}-")
    return f"{unit:<12} {kind} {name}"
