"""Rules for applications."""

from collections.abc import Iterator

from components.applications.rules import entries
from components.sample.settings import NAMES as SAMPLES
from settings.problems import Path, Problem, dotted, put, remove
from stack.rules.base import rule
from stack.settings import Settings

_PROGRESSIVE = "applicationsetcontroller.enable.progressive.syncs"


@rule("applications.*")
def applications_have_an_argo_cd(settings: Settings) -> Iterator[Problem]:
    """Yield applications that nothing would deploy."""
    if settings.applications.declared and not settings.argo_cd.enabled:
        text = (
            "applications are declared, but argoCd.enabled is false: nothing would deploy them; "
            "allowed: with Argo CD. "
            f"Fix: {put('argoCd.enabled', 'true')}, or {put('applications.enabled', 'false')}"
        )
        yield Problem("applications.enabled", text)


@rule("applications.*")
def names_are_free(settings: Settings) -> Iterator[Problem]:
    """Yield an application that is named like one that another setting declares."""
    declared = settings.applications
    taken = dict.fromkeys(SAMPLES, "applications.samples") if declared.samples else {}
    if declared.root:
        taken["root"] = "applications.root"
    for name in sorted(taken.keys() & declared.entries.keys()):
        key = dotted(("applications", "entries", name))
        text = f"the name is that of {taken[name]}; allowed: another one. Fix: {remove(key)}"
        yield Problem(key, text)


@rule("applications.samples", "openKruise.enabled")
def the_sample_has_its_operator(settings: Settings) -> Iterator[Problem]:
    """Yield samples where nothing would make the pods of a CloneSet."""
    if settings.applications.samples and not settings.open_kruise.enabled:
        text = (
            "the chart is a CloneSet, but openKruise.enabled is false: nothing would make its "
            f"pods; allowed: with OpenKruise. Fix: {put('openKruise.enabled', 'true')}, or "
            f"{remove('applications.samples')}"
        )
        yield Problem("applications.samples", text)


@rule("applications.*")
def only_sets_are_filled_in(settings: Settings) -> Iterator[Problem]:
    """Yield templates where nobody fills them in."""
    declared = settings.applications
    texts: list[tuple[Path, str | None]] = []
    for name, entry in declared.entries.items():
        path: Path = ("applications", "entries", name)
        files = entry.helm.value_files if entry.helm else []
        texts += [((*path, "path"), entry.path), ((*path, "revision"), entry.revision)]
        texts += [((*path, "helm", "valueFiles"), file) for file in files]
    for name, section in (("root", declared.root), ("samples", declared.samples)):
        if section:
            texts.append((("applications", name, "revision"), section.revision))
    for where, text in texts:
        if text and "{{" in text:
            key = dotted(where)
            said = f"{text} is a template, which only applications.sets fill in; allowed: a text"
            yield Problem(key, f"{said}. Fix: {put(key, 'VALUE')}, or make it a set")


@rule("applications.*", "argoCd.projects")
def projects_exist(settings: Settings) -> Iterator[Problem]:
    """Yield applications of an AppProject that the stack does not have."""
    if settings.argo_cd.existing:
        return  # its projects are somebody else's
    known = sorted({"default", *settings.argo_cd.projects})
    named: list[tuple[Path, str]] = [(p, e.project) for p, e in entries(settings.applications)]
    for name, section in (
        ("root", settings.applications.root),
        ("samples", settings.applications.samples),
    ):
        if section:
            named.append((("applications", name), section.project))
    for path, project in named:
        key = dotted((*path, "project"))
        if project not in known:
            text = (
                f'"{project}" is not a project of the stack; allowed: {", ".join(known)}. '
                f"Fix: {put(key, 'NAME')}, or add it below argoCd.projects"
            )
            yield Problem(key, text)
        elif project == "default" and settings.argo_cd.default_project == "locked":
            text = (
                '"default" is locked (argoCd.defaultProject): Argo CD would refuse to deploy it; '
                f"allowed: {', '.join(known)}. Fix: {put(key, 'NAME')}"
            )
            yield Problem(key, text)


@rule("applications.*", "argoCd.clusters")
def clusters_exist(settings: Settings) -> Iterator[Problem]:
    """Yield applications for a cluster that is not registered."""
    if settings.argo_cd.existing:
        return
    known = ["in-cluster", *sorted(settings.argo_cd.clusters)]
    for name, entry in settings.applications.entries.items():
        if entry.cluster not in known:
            key = dotted(("applications", "entries", name, "cluster"))
            text = (
                f'"{entry.cluster}" is not registered; allowed: {", ".join(known)}. '
                f"Fix: {put(key, 'NAME')}, or add it below argoCd.clusters"
            )
            yield Problem(key, text)


@rule("applications.*", "argoCd.params")
def progressive_syncs_are_enabled(settings: Settings) -> Iterator[Problem]:
    """Yield steps that Argo CD would not know of: it is off unless a parameter says so.

    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/applicationset/Progressive-Syncs.md
    """
    if settings.argo_cd.params.get(_PROGRESSIVE) == "true":
        return
    for name, entry in settings.applications.sets.items():
        if entry.progressive_sync:
            key = dotted(("applications", "sets", name, "progressiveSync"))
            switch = put(dotted(("argoCd", "params", _PROGRESSIVE)), "true")
            text = (
                "has no effect: progressive syncs are off in Argo CD; allowed: with the parameter "
                f"{_PROGRESSIVE}. Fix: {switch}, or {remove(key)}"
            )
            yield Problem(key, text)
