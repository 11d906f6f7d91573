"""What the stack's state says: the objects that it owns, and what was last installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto.resource_pb2 import ResourceInvokeRequest

from kube.identity import Identity, group_of

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

    Asks the engine directly: `pulumi.runtime.invoke` would turn all of the state into Python
    objects first, which costs half a second for a platform, and all that is wanted is names.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    arguments = Struct()
    arguments.update({"stackName": name})
    request = ResourceInvokeRequest(tok=READ_OWN_STATE, args=arguments)
    monitor = pulumi.runtime.settings.get_monitor()
    answer = getattr(monitor.Invoke(request), "return").fields  # type: ignore[union-attr]
    return state_of(answer["outputs"].struct_value) if "outputs" in answer else None


def state_of(resources: Struct) -> State:
    """Return what resources, URN -> type and outputs, stand for."""
    objects, releases, units = set(), set(), {}
    for resource in resources.fields.values():
        token = resource.struct_value.fields["type"].string_value
        outputs = resource.struct_value.fields["outputs"].struct_value
        if token.startswith(COMPONENT):
            name = token.removeprefix(COMPONENT)
            units[name[0].lower() + name[1:]] = MessageToDict(outputs)
        elif token == RELEASE:
            releases.add((_text(outputs, "namespace"), _text(outputs, "name")))
        elif token.startswith("kubernetes:") and not token.endswith(PATCH):
            metadata = outputs.fields["metadata"].struct_value
            group = group_of(_text(outputs, "apiVersion"))
            place = (_text(metadata, "namespace"), _text(metadata, "name"))
            objects.add(Identity(group, _text(outputs, "kind"), *place))
    return State(frozenset(objects), frozenset(releases), units)


def _text(struct: Struct, key: str) -> str:
    """Return a text of a structure, empty where there is none; looking it up must not make one."""
    return struct.fields[key].string_value if key in struct.fields else ""
