"""Engine events -> the changes of a stack, in the form in which rendered objects are compared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import StepEventMetadata, StepEventStateMetadata

from tools.deploy.report import is_quiet, name_of, unit_of
from tools.object_diff import Change, FieldChange, field_changes
from tools.object_diff.differ import body, ordered, text
from tools.object_diff.model import Operation

OPERATIONS: dict[OpType, Operation] = {
    OpType.CREATE: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.REPLACE: "replace",
}
_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
_ABSENT = object()


@dataclass
class Changes:
    """What the engine would do; secrets are masked by the engine itself."""

    drift: bool = False
    """Whether a refresh is watched: what differs then is what the cluster has, not the inputs."""
    found: dict[str, Change] = field(default_factory=dict)
    """By URN."""

    def on_event(self, event: EngineEvent) -> None:
        """Take one event."""
        if not (done := event.res_outputs_event):
            return
        step = done.metadata
        operation = OPERATIONS.get(step.op)
        if operation and not is_quiet(step):
            self.found[step.urn] = self._change(operation, step)

    @property
    def all(self) -> tuple[Change, ...]:
        """The changes, in the order in which they are shown."""
        return tuple(ordered(self.found.values()))

    def _change(self, operation: Operation, step: StepEventMetadata) -> Change:
        kind = step.type.rpartition(":")[2]
        state = step.new or step.old
        fields = self._fields(operation, kind, step)
        return Change(operation, unit_of(step.urn), kind, _name(step, state), fields=fields)

    def _fields(
        self, operation: Operation, kind: str, step: StepEventMetadata
    ) -> tuple[FieldChange, ...]:
        old, new = (_inputs(state) for state in (step.old, step.new))
        if operation == "delete":
            kept = step.old is not None and step.old.retain_on_delete
            return (FieldChange("", note="it stays in the cluster"),) if kept else ()
        if operation == "create":
            return (body(kind, new),)
        if self.drift:
            return _named(step, *(state.outputs if state else {} for state in (step.old, step.new)))
        return field_changes(kind, old, new) or _named(step, old, new)


def _named(
    step: StepEventMetadata, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> tuple[FieldChange, ...]:
    """Return the fields that the engine itself names, with their values where these differ."""
    fields = []
    for path in sorted(step.detailed_diff or step.diffs or ()):
        before, after = _at(old or {}, path), _at(new or {}, path)
        if before == after:  # both masked, or not known yet
            fields.append(FieldChange(path, note="changed; its value is secret or not known"))
        else:
            fields.append(
                FieldChange(
                    path,
                    None if before is _ABSENT else text(before),
                    None if after is _ABSENT else text(after),
                )
            )
    return tuple(fields)


def _at(value: Any, path: str) -> Any:
    """Return what stands at a path of the engine: `spec.containers[0].image`, `data["a.b"]`."""
    for quoted, index, name in _STEP.findall(path):
        try:
            value = value[int(index)] if index else value[quoted or name]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return value


def _inputs(state: StepEventStateMetadata | None) -> dict[str, Any]:
    inputs = (state.inputs if state else None) or {}
    return {key: value for key, value in inputs.items() if not key.startswith("__")}


def _name(step: StepEventMetadata, state: StepEventStateMetadata | None) -> str:
    inputs = _inputs(state)
    metadata = inputs.get("metadata") or inputs
    parts = [metadata.get("namespace"), metadata.get("name")]
    return "/".join(str(part) for part in parts if part) or name_of(step.urn)
