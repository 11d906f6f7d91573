"""The settings as arguments of the applications."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.applications.component import ApplicationsArgs, created
from components.applications.settings import DestinedSource, RootApplication
from components.sample.applications import applications as sample_applications
from stack.plan import PlannedUnit
from stack.settings import Settings

_SOURCE = ("repository", "revision", "path", "chart", "helm", "kustomize", "directory", "plugin")
_NOT_OF_THE_TEMPLATE = {"clusters", "progressive_sync", "keep_applications", "set_by_pipeline"}


def applications_args(
    settings: Settings,
    deploy_with: Sequence[pulumi.Resource],
    before_removal: pulumi.ResourceHook | None = None,
) -> ApplicationsArgs:
    """Return what is deployed; `deploy_with` is there as long as an Application is.

    `before_removal` runs before one is deleted; the controller of an Argo CD that somebody else
    installed may have any name and is not looked for.
    """
    declared, home = settings.applications, settings.argo_cd.namespace
    applications = {name: _application(entry) for name, entry in declared.entries.items()}
    if declared.root:
        applications["root"] = _root(declared.root, home)
    if declared.samples:
        applications |= sample_applications(declared.samples, with_plugin=settings.has_vela_plugin)
    return {
        "namespace": home,
        "applications": applications,
        "application_sets": {
            name: {
                "template": _application(entry),
                "clusters": entry.clusters,
                "steps": entry.progressive_sync,
                "keep_applications": entry.keep_applications,
            }
            for name, entry in declared.sets.items()
        },
        "set_by_pipeline": [n for n, entry in declared.entries.items() if entry.set_by_pipeline],
        "deploy_with": deploy_with,
        "before_removal": None if settings.argo_cd.existing else before_removal,
        "timeout_seconds": declared.timeout_seconds,
    }


def planned_applications(settings: Settings) -> PlannedUnit:
    """Return what is declared."""
    objects = created(applications_args(settings, ()))
    return PlannedUnit("applications", settings.argo_cd.version, objects=objects)


def _application(entry: DestinedSource) -> Any:
    fields = entry.model_dump(exclude_none=True, exclude=_NOT_OF_THE_TEMPLATE)
    source = {key: fields.pop(key) for key in _SOURCE if key in fields}
    return {**fields, "source": source}


def _root(root: RootApplication, home: str) -> Any:
    return {
        "project": root.project,
        "source": {
            "repository": root.repository,
            "revision": root.revision,
            "path": root.path,
            "directory": {"recurse": True},
        },
        "namespace": home,
        "sync": {"automated": True, "prune": True, "self_heal": True},
        "cascade": root.cascade,
    }
