"""What a stack creates, unit by unit, as the checks before it want it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from settings import Settings
from upstream import manifests
from upstream.manifests import Manifest
from upstream.plan import PlannedUnit
from wiring.argo_cd import planned_argo_cd
from wiring.kube_vela import planned_kube_vela
from wiring.open_kruise import planned_open_kruise


def planned(
    settings: Settings, fetched: Mapping[str, Path], definitions: Sequence[Manifest]
) -> list[PlannedUnit]:
    """Return what each unit creates; `definitions` are those beside KubeVela's own."""
    units = []
    if settings.open_kruise.enabled:
        units.append(planned_open_kruise(settings, fetched))
    if settings.argo_cd.managed:
        units.append(planned_argo_cd(settings, manifests.read(fetched["argoCd"])))
    if settings.kube_vela.enabled:
        units.append(planned_kube_vela(settings, fetched, definitions))
    return units
