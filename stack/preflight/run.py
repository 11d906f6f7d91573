"""Every check before anything is registered, in one call."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components.argo_cd import existing as existing_argo_cd
from components.open_kruise import rolling as open_kruise
from errors import PlatformError
from kube.cluster import Cluster, ClusterError, connect
from kube.identity import Identity
from kube.provider import FORCE_VARIABLE, takes_over_by_argument
from settings.problems import Problem, put
from stack.plan import Plan, PlannedUnit
from stack.preflight import adoption, state, versions
from stack.preflight.existing import Existing, find
from stack.preflight.state import State
from stack.settings import ClusterSettings


class PreflightError(PlatformError):
    """What the state or the cluster has stands against the run; the message lists all of it."""


@dataclass(frozen=True)
class Outlook:
    """What the checks found, for the reader and for the program."""

    lines: Sequence[str] = ()
    """What to tell the reader."""
    releases: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Helm releases to take over: namespace and name."""
    takes_over: bool = False
    """Whether creates meet objects that exist and are to be ours."""


@dataclass
class _Findings:
    """What the cluster was asked for; the defaults stand for one that was not asked."""

    existing: Existing = field(default_factory=Existing)
    forecast: adoption.Forecast = field(default_factory=adoption.Forecast)
    installed: dict[str, str] = field(default_factory=dict)
    """Versions of units that the state does not know."""
    running_argo_cd: str | None = None
    """Version of the Argo CD that somebody else installed."""
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def run(settings: ClusterSettings, planned: Callable[[], Plan]) -> Outlook:
    """Check the plan against the stack's state and the cluster; raises PreflightError.

    Call it before anything is registered. `planned` is asked only where an engine is behind the
    program, which is not so when it is rendered.
    """
    known = state.read()
    if known is None:
        return Outlook()
    return check(settings, planned(), known, connect, os.environ)


def check(
    settings: ClusterSettings,
    plan: Plan,
    known: State,
    reach: Callable[[str | None, str | None], Cluster],
    environ: Mapping[str, str],
) -> Outlook:
    """Return what to go on with; raises PreflightError with everything that stands against it.

    The cluster is opened, with `reach`, only for what the state leaves open: a run that creates
    nothing and changes no gate asks it nothing, unless the Argo CD is somebody else's.
    """
    found = _Findings()
    if settings.selected and _has_questions(plan, known):
        try:
            _look(found, reach(settings.kubeconfig, settings.context), settings, plan, known)
        except ClusterError as error:
            found.lines.append(
                f"the cluster cannot be read, so what it has is not checked: {error}"
            )
    existing, lines, problems = found.existing, found.lines, found.problems
    resumed = _resumed(existing, known)
    for unit in plan.units:
        before = found.installed.get(unit.unit) or known.version(unit.unit)
        problems += versions.downgrades(unit, before)
    problems += adoption.misplaced(existing.releases)
    if argo := plan.foreign_argo_cd:
        problems += existing_argo_cd.misunderstood(argo, found.running_argo_cd)
        lines += existing_argo_cd.remarks(argo, found.running_argo_cd)
    if settings.adopt:
        problems += _hindrances(found.forecast, environ)
        lines += adoption.announcement(existing, found.forecast)
    text = [f"{problem.key}: {problem.text}" for problem in sorted(set(problems))]
    if not settings.adopt:
        text += adoption.refusal(existing)
    if text:
        raise PreflightError("\n".join(text))
    if existing.unseen:
        kinds = ", ".join(sorted(set(existing.unseen)))
        lines.append(f"may not list {kinds}, so whether they exist already is not checked")
    if resumed:
        number = f"{resumed} object" + ("s" if resumed > 1 else "")
        lines.append(f"finishing what an interrupted run began: {number} that the state missed")
    releases = frozenset(r.planned.place for r in existing.releases if r.chart)
    return Outlook(lines, releases, takes_over=settings.adopt or bool(resumed))


def _look(
    found: _Findings, cluster: Cluster, settings: ClusterSettings, plan: Plan, known: State
) -> None:
    """Fill in what the cluster has; what was found before it stops answering stays."""
    if argo := plan.foreign_argo_cd:
        found.problems += existing_argo_cd.absent(cluster, argo)
        found.running_argo_cd = existing_argo_cd.running_version(cluster, argo.namespace)
    found.existing = find(cluster, plan.units, known)
    found.installed = versions.found(cluster, plan.units, found.existing)
    found.lines += _rolling(cluster, plan.units, known)
    found.problems += _too_few_nodes(cluster, plan.units)
    if settings.adopt:
        found.forecast = adoption.forecast(cluster, found.existing.objects)


def _resumed(existing: Existing, known: State) -> int:
    """Take out of what exists what this stack made itself, and return how many objects that are.

    A run that is stopped between a create and its answer leaves an object that the state does not
    know. It was made by Pulumi, and the state knows the unit that it belongs to; one that another
    stack made, or this one before it lost its state, belongs to a unit that the state lacks.
    """
    foreign = [f for f in existing.objects if not (f.by_pulumi and f.unit in known.units)]
    resumed = len(existing.objects) - len(foreign)
    existing.objects = foreign
    return resumed


def _has_questions(plan: Plan, known: State) -> bool:
    return (
        plan.foreign_argo_cd is not None
        or _creates_something(plan.units, known)
        or _changes_gates(plan.units, known)
    )


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
