"""Rules for applications."""

from collections.abc import Iterator

from components.applications.settings import ApplicationsSettings, DestinedSource
from settings.problems import Path, Problem, dotted, put, remove
from settings.registry import Rules

rule = Rules[ApplicationsSettings]()

_WAYS = ("helm", "kustomize", "directory", "plugin")


@rule("applications.*")
def sources_say_one_thing(declared: ApplicationsSettings) -> Iterator[Problem]:
    """Yield sources with several ways to be rendered, or with none to be found."""
    for path, entry in entries(declared):
        ways = [way for way in _WAYS if getattr(entry, way) is not None]
        if len(ways) > 1:
            text = (
                f"{' and '.join(ways)} are given; allowed: one of {', '.join(_WAYS)}. "
                f"Fix: {remove(dotted((*path, ways[-1])))}"
            )
            yield Problem(dotted(path), text)
        if (entry.path is None) == (entry.chart is None):
            given = "both" if entry.path else "neither"
            text = (
                f"path and chart: {given} is given; allowed: path for a folder in Git, or chart "
                f"for a chart repository. Fix: {put(dotted((*path, 'path')), 'FOLDER')}"
            )
            yield Problem(dotted(path), text)
        if entry.chart is not None and set(ways) - {"helm"}:
            text = (
                f"chart is given together with {', '.join(sorted(set(ways) - {'helm'}))}; allowed: "
                f"with helm or alone. Fix: {remove(dotted((*path, ways[0])))}"
            )
            yield Problem(dotted((*path, "chart")), text)


@rule("applications.*")
def what_a_pipeline_sets_is_not_set_here(declared: ApplicationsSettings) -> Iterator[Problem]:
    """Yield values of the stack in the field that a pipeline writes: one owner per field."""
    for name, entry in declared.entries.items():
        path: Path = ("applications", "entries", name)
        if not entry.set_by_pipeline:
            continue
        if entry.helm is None and entry.kustomize is None:
            key = dotted((*path, "setByPipeline"))
            text = (
                "true, but a pipeline can only set the image of a Helm chart or a kustomization; "
                f"allowed: together with helm or kustomize. Fix: {remove(key)}"
            )
            yield Problem(key, text)
        for way, field in (("helm", "parameters"), ("kustomize", "images")):
            source = getattr(entry, way)
            if source is not None and getattr(source, field):
                key = dotted((*path, way, field))
                instead = " Values go below helm.values." if way == "helm" else ""
                text = (
                    "set here and by the pipeline (setByPipeline); allowed: one of them."
                    f"{instead} Fix: {remove(key)}, or "
                    f"{put(dotted((*path, 'setByPipeline')), 'false')}"
                )
                yield Problem(key, text)


def entries(declared: ApplicationsSettings) -> Iterator[tuple[Path, DestinedSource]]:
    """Yield what says where from and where to, with its key: Applications and sets of them."""
    for name, application in declared.entries.items():
        yield ("applications", "entries", name), application
    for name, many in declared.sets.items():
        yield ("applications", "sets", name), many
