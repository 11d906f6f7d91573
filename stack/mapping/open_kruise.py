"""The settings as arguments of OpenKruise."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from components.open_kruise.component import (
    MANAGER,
    NAMESPACE,
    OpenKruiseArgs,
    chart_values,
    gates_flag,
    namespace_manifest,
)
from kube.identity import Identity
from stack.plan import PlannedRelease, PlannedUnit
from stack.settings import Settings


def open_kruise_args(
    settings: Settings,
    fetched: Mapping[str, Path],
    adopted: Collection[tuple[str, str]] = (),
) -> OpenKruiseArgs:
    """Return what OpenKruise is installed from, and how; `fetched` are the artifacts by unit.

    `adopted` are the Helm releases that are there and are taken over, by namespace and name.
    """
    kruise, images = settings.open_kruise, settings.images
    parts: Any = kruise.model_dump(include={"manager", "daemon"}, exclude_none=True)
    return {
        "chart": str(fetched["openKruise"]),
        "version": kruise.version,
        "feature_gates": kruise.effective_feature_gates,
        "manager": parts["manager"],
        "daemon": parts["daemon"],
        "role_list_groups": kruise.role_list_groups,
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "timeout_seconds": kruise.timeout_seconds,
        "release": {"name": kruise.release.name, "namespace": kruise.release.namespace},
        "adopt": (kruise.release.namespace, kruise.release.name) in adopted,
    }


def planned_open_kruise(settings: Settings, fetched: Mapping[str, Path]) -> PlannedUnit:
    """Return what the unit creates."""
    kruise = settings.open_kruise
    manager = Identity("apps", "Deployment", NAMESPACE, MANAGER)
    place, values = kruise.release, chart_values(open_kruise_args(settings, fetched))
    return PlannedUnit(
        "openKruise",
        kruise.version,
        objects=[namespace_manifest()],
        release=PlannedRelease(
            place.namespace, place.name, manager, values, setting="openKruise.release"
        ),
        allow_downgrade_of=kruise.allow_downgrade_of,
        feature_gates=gates_flag(kruise.effective_feature_gates),
    )
