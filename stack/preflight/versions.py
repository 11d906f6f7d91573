"""Versions: which is older, and what may follow what."""

from collections.abc import Iterable, Iterator

from kube.cluster import Cluster
from settings.problems import Problem, put
from stack.plan import PlannedUnit
from stack.preflight.existing import Existing
from upstream.versions import numbers


def downgrades(unit: PlannedUnit, installed: str | None) -> Iterator[Problem]:
    """Yield a unit that is to become older than it is, unless the setting says so.

    Neither upstream tests the way back: an older controller may not read what a newer one wrote,
    and a CRD that loses a field loses it in every object.
    """
    before, after = numbers(installed or ""), numbers(unit.version)
    if before and after and after < before and unit.allow_downgrade_of != installed:
        key = f"{unit.unit}.version"
        text = (
            f"{unit.version} is older than {installed}, which is installed; upstream does not "
            f"support the way back; allowed: {installed} or newer. "
            f"Fix: {put(key, str(installed))}, or, if it must be, "
            f"{put(f'{unit.unit}.allowDowngradeOf', str(installed))}"
        )
        yield Problem(key, text)


def found(cluster: Cluster, units: Iterable[PlannedUnit], existing: Existing) -> dict[str, str]:
    """Return the version of each unit that is there without the state knowing it.

    That of a Helm release is in its record; that of another unit in the image of a workload of it.
    """
    there = {found.unit for found in existing.objects}
    versions = {r.unit: (r.chart or "").rpartition("-")[2] for r in existing.releases}
    for unit in units:
        if unit.version_in and unit.unit in there:
            versions[unit.unit] = cluster.image_version(unit.version_in) or ""
    return {unit: version for unit, version in versions.items() if version}
