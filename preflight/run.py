"""Every check before anything is registered, in one call."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from errors import PlatformError
from preflight import adoption, open_kruise, state, versions
from preflight.cluster import Cluster, ClusterError, connect
from preflight.existing import Existing, find
from preflight.state import State
from settings.problems import Problem, put
from settings.sections.cluster import ClusterSettings
from upstream.identity import Identity
from upstream.plan import PlannedUnit
from upstream.provider import FORCE_VARIABLE, takes_over_by_argument


class PreflightError(PlatformError):
    """What the state or the cluster has stands against the run; the message lists all of it."""


@dataclass(frozen=True)
class Outlook:
    """What the checks found, for the reader and for the program."""

    lines: Sequence[str] = ()
    """What to tell the reader."""
    releases: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Helm releases to take over: namespace and name."""


def run(settings: ClusterSettings, planned: Callable[[], Iterable[PlannedUnit]]) -> Outlook:
    """Check the plan against the stack's state and the cluster; raises PreflightError.

    Call it before anything is registered. `planned` is asked only where an engine is behind the
    program, which is not so when it is rendered.
    """
    known = state.read()
    if known is None:
        return Outlook()
    return check(settings, list(planned()), known, connect, os.environ)


def check(
    settings: ClusterSettings,
    units: Sequence[PlannedUnit],
    known: State,
    reach: Callable[[str | None, str | None], Cluster],
    environ: Mapping[str, str],
) -> Outlook:
    """Return what to go on with; raises PreflightError with everything that stands against it.

    The cluster is opened, with `reach`, only for what the state leaves open: a run that creates
    nothing and changes no gate asks it nothing.
    """
    existing, forecast, lines = Existing(), adoption.Forecast(), list[str]()
    installed = {unit.unit: known.version(unit.unit) for unit in units}
    problems: list[Problem] = []
    if settings.selected and (_creates_something(units, known) or _changes_gates(units, known)):
        try:
            cluster = reach(settings.kubeconfig, settings.context)
            existing = find(cluster, units, known)
            installed |= versions.found(cluster, units, existing)
            lines += _rolling(cluster, units, known)
            problems += _too_few_nodes(cluster, units)
            if settings.adopt:
                forecast = adoption.forecast(cluster, existing.objects)
        except ClusterError as error:
            lines.append(f"the cluster cannot be read, so what it has is not checked: {error}")
    for unit in units:
        problems += versions.downgrades(unit, installed[unit.unit])
    problems += adoption.misplaced(existing.releases)
    if settings.adopt:
        problems += _hindrances(forecast, environ)
        lines += adoption.announcement(existing, forecast)
    text = [f"{problem.key}: {problem.text}" for problem in sorted(set(problems))]
    if not settings.adopt:
        text += adoption.refusal(existing)
    if text:
        raise PreflightError("\n".join(text))
    if existing.unseen:
        kinds = ", ".join(sorted(set(existing.unseen)))
        lines.append(f"may not list {kinds}, so whether they exist already is not checked")
    releases = frozenset(r.planned.place for r in existing.releases if r.chart)
    return Outlook(lines, releases)


def _creates_something(units: Iterable[PlannedUnit], known: State) -> bool:
    return any(
        any(Identity.of(o) not in known.objects for o in unit.objects)
        or (unit.release is not None and unit.release.place not in known.releases)
        for unit in units
    )


def _gates(units: Iterable[PlannedUnit], known: State) -> Iterator[tuple[str | None, str]]:
    """Yield the feature gates that a unit had, as far as the state tells, and is to have."""
    for unit in units:
        if unit.feature_gates is not None:
            yield known.units.get(unit.unit, {}).get("featureGates"), unit.feature_gates


def _changes_gates(units: Iterable[PlannedUnit], known: State) -> bool:
    return any(
        before is not None and open_kruise.is_on(before) != open_kruise.is_on(after)
        for before, after in _gates(units, known)
    )


def _rolling(cluster: Cluster, units: Iterable[PlannedUnit], known: State) -> Iterator[str]:
    for before, after in _gates(units, known):
        live = open_kruise.installed_gates(cluster) if before is None else before
        if live is not None:
            yield from open_kruise.rolling(cluster, before=live, after=after)


def _too_few_nodes(cluster: Cluster, units: Iterable[PlannedUnit]) -> Iterator[Problem]:
    needy = [unit for unit in units if unit.nodes > 1]
    there = cluster.node_count() if needy else 0
    for unit in needy:
        if there < unit.nodes:
            key = f"{unit.unit}.highAvailability"
            text = (
                f"true needs {unit.nodes} nodes, as each pod of a kind wants one of its own, and "
                f"the cluster has {there}; allowed: false. Fix: {put(key, 'false')}, or add nodes"
            )
            yield Problem(key, text)


def _hindrances(forecast: adoption.Forecast, environ: Mapping[str, str]) -> Iterator[Problem]:
    for line in forecast.impossible:
        name, _, reason = line.partition(": ")
        text = (
            f"cannot be taken over: {reason}. Fix: remove it, or leave it to whoever made it and "
            "do not install this unit"
        )
        yield Problem(name, text)
    told = takes_over_by_argument() or FORCE_VARIABLE in environ
    if forecast.contested and not told:
        text = (
            "true is not enough: others have set fields of these objects, and a provider plugin "
            "before 4.29 is told by the environment to overrule them. "
            f"Fix: export {FORCE_VARIABLE}=true"
        )
        yield Problem("cluster.adopt", text)
