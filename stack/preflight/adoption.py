"""What exists already: refused with a list, or taken over, saying what that does to what runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kube.cluster import Answer, Cluster
from kube.manifests import AWAITED_WORKLOADS
from kube.resources import CRD
from settings.problems import Problem, bounded, put
from stack.preflight.existing import Existing, Found, FoundRelease

MOST_NAMES = 3
CONFLICT, INVALID = 409, 422
GUIDE = "docs/how-to/adopt.md"


@dataclass
class Forecast:
    """What taking objects over would do, as the API server answers to trying it."""

    restarted: list[str] = field(default_factory=list)
    """Workloads whose pod template changes."""
    changed: list[str] = field(default_factory=list)
    """Other objects whose spec changes."""
    overruled: list[str] = field(default_factory=list)
    """Fields that somebody else has set to another value."""
    contested: bool = False
    """Whether the API server must be told that we win, be it over equal values."""
    impossible: list[str] = field(default_factory=list)
    """Objects that cannot be changed into ours in place, and why."""


def forecast(cluster: Cluster, objects: Iterable[Found]) -> Forecast:
    """Try each object without writing; kinds are left out, as they are replaced as a whole."""
    result = Forecast()
    for found in objects:
        if found.identity.kind == CRD:
            continue
        answer = cluster.apply_dry(found.manifest, force=False)
        conflicts = list(_conflicts(found, answer)) if answer.status == CONFLICT else []
        if conflicts:
            result.contested = True
            answer = cluster.apply_dry(found.manifest, force=True)
        if answer.status == INVALID:
            result.impossible.append(f"{found.identity}: {_reason(found, answer)}")
            continue
        # A list without keys is in conflict even when it only lacks defaults: what counts is
        # whether the spec changes. Kinds without a generation have no defaults.
        changes = answer.good and answer.content["metadata"].get("generation") != found.generation
        if changes or found.generation is None:
            result.overruled += conflicts
        if changes and _restarts(cluster, found, answer):
            result.restarted.append(str(found.identity))
        elif changes:
            result.changed.append(str(found.identity))
    return result


def refusal(existing: Existing) -> list[str]:
    """Return the lines that list what exists and is not ours; empty when nothing does."""
    count = len(existing.objects) + sum(1 for release in existing.releases if release.chart)
    if not count:
        return []
    what = (
        f"the cluster already has {count} of the objects that this stack would create, and the "
        "stack's state knows none of them; nothing was written:"
    )
    fix = (
        f"  Fix: take them over as they run, {put('cluster.adopt', 'true')} ({GUIDE}); or remove "
        "them; or leave them to whoever made them and set the unit's `enabled` to false"
    )
    return [what, *listed(existing), fix]


def announcement(existing: Existing, outlook: Forecast) -> list[str]:
    """Return the lines that say what is taken over, and what that does."""
    if not any(listed(existing)):
        return []
    lines = ["taking over what exists (cluster.adopt):", *listed(existing)]
    for title, names in (
        ("pods restart, as their template changes", outlook.restarted),
        ("changed in place", outlook.changed),
        ("overruled, as somebody else has set another value", outlook.overruled),
    ):
        lines += bounded(f"  {title}:", names)
    for release in existing.releases:
        title = f"  values of {'/'.join(release.planned.place)} that go back to the chart's own:"
        lines += bounded(title, dropped_values(release))
    if not outlook.restarted:
        lines.append("  no pod restarts because of it")
    return lines


def listed(existing: Existing) -> Iterator[str]:
    """Yield the objects by unit and maker, a line for each kind with some of the names."""
    groups: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for found in existing.objects:
        groups[found.unit, found.owner][found.identity.kind].append(found.identity.path)
    for (unit, owner), kinds in sorted(groups.items()):
        yield f"  {unit}, made by {owner}:"
        yield from (f"    {kind} {shortened(names)}" for kind, names in sorted(kinds.items()))
    for release in existing.releases:
        if release.chart:
            place = "/".join(release.planned.place)
            yield f"  {release.unit}: Helm release {place} of chart {release.chart}"


def shortened(names: Sequence[str]) -> str:
    """Return some names, and how many there are beside them."""
    shown = ", ".join(sorted(names)[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def misplaced(releases: Iterable[FoundRelease]) -> Iterator[Problem]:
    """Yield what cannot be taken over where it is expected to be."""
    for found in releases:
        planned = found.planned
        if found.other:
            namespace, name = found.other
            setting = planned.setting
            move = (
                f"{put(f'{setting}.namespace', namespace)}, {put(f'{setting}.name', name)} and "
                f"{put('cluster.adopt', 'true')} ({GUIDE}); or "
            )
            text = (
                f"{planned.namespace}/{planned.name} is not what is installed: the cluster has "
                f"{planned.witness} of Helm release {namespace}/{name}, and a second one would "
                f"fight over it. Fix: {move if setting else ''}"
                f"helm uninstall --namespace {namespace} {name}"
            )
            yield Problem(setting or found.unit, text)
        elif found.maker:
            text = (
                f"the cluster has {planned.witness}, made by {found.maker} and part of no Helm "
                "release, so Helm cannot take it over. Fix: remove what that installed, or "
                f"{put(f'{found.unit}.enabled', 'false')}"
            )
            yield Problem(found.unit, text)


def dropped_values(found: FoundRelease) -> list[str]:
    """Return the paths of the values that a release sets and ours does not."""
    return sorted(set(_paths(found.values)) - set(_paths(found.planned.values)))


def _paths(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _conflicts(found: Found, answer: Answer) -> Iterator[str]:
    causes = (answer.content.get("details") or {}).get("causes") or []
    for cause in causes:
        manager = cause.get("message", "").partition('"')[2].partition('"')[0] or "somebody"
        yield f"{found.identity}: {cause.get('field', '')} (set by {manager})"


def _reason(found: Found, answer: Answer) -> str:
    """Return why an object is refused; of a Secret only that it is, as the reason may quote it."""
    if found.identity.kind == "Secret":
        return "the API server refuses it"
    return answer.message.partition(" is invalid: ")[2] or answer.message


def _restarts(cluster: Cluster, found: Found, answer: Answer) -> bool:
    if found.identity.kind not in AWAITED_WORKLOADS:
        return False
    version = found.manifest["apiVersion"].rpartition("/")[2]
    live = cluster.get(cluster.path_of(found.identity, version) or "") or {}
    before = (live.get("spec") or {}).get("template")
    return bool(before != answer.content["spec"].get("template"))
