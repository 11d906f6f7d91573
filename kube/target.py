"""The cluster that hooks look at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """The cluster that the program acts on; `selected` is false in a preview without one."""

    kubeconfig: str | None
    context: str | None
    selected: bool
