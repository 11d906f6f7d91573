"""What a run is about to install, as far as the checks need to know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.argo_cd.existing import ForeignArgoCd
from kube.identity import Identity
from kube.manifests import Manifest


@dataclass(frozen=True)
class PlannedRelease:
    """A Helm release, and an object that its chart always makes under the same name."""

    namespace: str
    name: str
    witness: Identity
    values: Mapping[str, Any]
    """What is set over the chart's defaults."""
    setting: str | None = None
    """Where name and namespace are set: `openKruise.release`; nowhere where they are fixed."""

    @property
    def place(self) -> tuple[str, str]:
        """Namespace and name, as the state has it."""
        return self.namespace, self.name


@dataclass(frozen=True)
class PlannedUnit:
    """A unit with every object that the program creates for it; patches are none of these."""

    unit: str
    """Its key in the stack file: `argoCd`."""
    version: str
    objects: Sequence[Manifest]
    release: PlannedRelease | None = None
    nodes: int = 1
    """How many nodes it needs."""
    allow_downgrade_of: str | None = None
    """The version that may be left for an older one."""
    version_in: str | None = None
    """API path of a workload whose image carries the unit's version."""
    feature_gates: str | None = None
    """The gates of OpenKruise as its flag has them; None for every other unit."""


@dataclass(frozen=True)
class Plan:
    """All that a run is about to install, or to contribute to."""

    units: Sequence[PlannedUnit]
    foreign_argo_cd: ForeignArgoCd | None = None
