"""What is compared and what comes of it. All of it text and numbers, so that it can be stored."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Operation = Literal["delete", "replace", "update", "create"]

OPERATIONS: tuple[Operation, ...] = get_args(Operation)
"""In the order in which a reader wants to know of them."""

MASK = "[secret]"


@dataclass(frozen=True)
class KubeObject:
    """One object that a unit installs, as it is sent to the cluster."""

    unit: str
    content: dict[str, Any]
    release: str = ""
    """The Helm release that installs it; empty where the program does so itself."""

    @property
    def kind(self) -> str:
        """The kind; `Release` stands for what Helm is given."""
        return str(self.content.get("kind", ""))

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the object from all others; another unit or group makes it another object."""
        metadata = self.content.get("metadata") or self.content
        group, slash, _ = str(self.content.get("apiVersion", "")).rpartition("/")
        names = (str(metadata.get(part) or "") for part in ("namespace", "name"))
        return (self.unit, self.release, group + slash, self.kind, *names)


@dataclass(frozen=True)
class FieldChange:
    """One field of an object; None where there is none, text as a reader wants to see it."""

    path: str
    before: str | None = None
    after: str | None = None
    note: str = ""
    """Instead of the values, where these are too long or secret."""


@dataclass(frozen=True)
class Change:
    """What happens to one object."""

    operation: Operation
    unit: str
    kind: str
    name: str
    """With its namespace: `argocd/argocd-cm`."""
    release: str = ""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Section:
    """The changes of one stack, and what must be known to read them."""

    stack: str
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    """Where there are any, the changes may be incomplete."""
