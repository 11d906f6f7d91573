"""What the stack's state says: the objects that it owns, and what was last installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from upstream.identity import Identity, group_of

READ_OWN_STATE = "pulumi:pulumi:readStackResourceOutputs"
"""The engine's own function: it works with every backend, in a preview too, without a cluster.

Ref: https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/builtins.go
"""

RELEASE = "kubernetes:helm.sh/v3:Release"
COMPONENT = "bootstrap:index:"
PATCH = "Patch"
"""How the type of a resource ends that is laid over an object of someone else."""


@dataclass(frozen=True)
class State:
    """What the last run left behind."""

    objects: frozenset[Identity] = frozenset()
    releases: frozenset[tuple[str, str]] = frozenset()
    """Helm releases: namespace and name."""
    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The outputs of each component by its key in the stack file: `argoCd`."""

    def version(self, unit: str) -> str | None:
        """Return the version that a unit was last at."""
        return self.units.get(unit, {}).get("version")


def read() -> State | None:
    """Return the state of the stack that is running; None where no engine is behind the program.

    Call it before anything is registered: it lets the engine take what is waiting.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer = pulumi.runtime.invoke(READ_OWN_STATE, {"stackName": name}).value or {}
    resources = answer.get("outputs")
    return None if resources is None else state_of(resources)


def state_of(resources: Mapping[str, Mapping[str, Any]]) -> State:
    """Return what resources, URN -> type and outputs, stand for."""
    objects, releases, units = set(), set(), {}
    for resource in resources.values():
        token, outputs = resource["type"], resource.get("outputs") or {}
        if token.startswith(COMPONENT):
            name = token.removeprefix(COMPONENT)
            units[name[0].lower() + name[1:]] = outputs
        elif token == RELEASE:
            releases.add((outputs["namespace"], outputs["name"]))
        elif token.startswith("kubernetes:") and not token.endswith(PATCH):
            metadata = outputs["metadata"]
            objects.add(
                Identity(
                    group_of(outputs["apiVersion"]),
                    outputs["kind"],
                    metadata.get("namespace") or "",
                    metadata["name"],
                )
            )
    return State(frozenset(objects), frozenset(releases), units)
