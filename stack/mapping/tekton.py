"""The settings as arguments of Tekton."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from components.tekton.component import TektonArgs, created
from kube import manifests
from stack.plan import PlannedUnit
from stack.settings import Settings
from upstream.versions import CATALOGUE


def tekton_args(
    settings: Settings, fetched: Mapping[str, Path], pods_depend_on: Sequence[pulumi.Resource]
) -> TektonArgs:
    """Return what Tekton is installed from, and how; `fetched` are the artifacts by name."""
    tekton, images = settings.tekton, settings.images
    args: TektonArgs = {
        "release": manifests.read(fetched["tekton"]),
        "version": tekton.version,
        "feature_flags": tekton.feature_flags.entries,
        "defaults": tekton.defaults.entries,
        "resolvers": tekton.resolvers.enabled,
        "resolver_flags": tekton.resolvers.flags,
        "workloads": {
            "tekton-pipelines-controller": _size(tekton.controller),
            "tekton-events-controller": _size(tekton.events),
            "tekton-pipelines-webhook": _size(tekton.webhook),
            "tekton-pipelines-remote-resolvers": _size(tekton.resolvers),
        },
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": tekton.timeout_seconds,
    }
    if tekton.triggers.enabled:
        args["triggers"] = {
            "release": manifests.read(fetched["tektonTriggers"]),
            "interceptors": manifests.read(fetched["tektonInterceptors"]),
            "version": CATALOGUE["tektonTriggers"].version,
        }
    if tekton.pruner.enabled:
        args["pruner"] = {
            "release": manifests.read(fetched["tektonPruner"]),
            "version": CATALOGUE["tektonPruner"].version,
            "policy": tekton.pruner.policy,
        }
    if tekton.dashboard.enabled:
        args["dashboard"] = manifests.read(fetched["tektonDashboard"])
    return args


def planned_tekton(settings: Settings, fetched: Mapping[str, Path]) -> PlannedUnit:
    """Return what the unit creates."""
    objects = created(tekton_args(settings, fetched, ()))
    tekton = settings.tekton
    return PlannedUnit(
        "tekton", tekton.version, objects=objects, allow_downgrade_of=tekton.allow_downgrade_of
    )


def _size(section: Any) -> Any:
    return section.model_dump(include={"replicas", "resources"}, exclude_none=True)
