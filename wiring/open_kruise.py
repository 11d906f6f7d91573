"""The settings as arguments of OpenKruise."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.open_kruise import OpenKruiseArgs
from settings import Settings


def open_kruise_args(settings: Settings, fetched: Mapping[str, Path]) -> OpenKruiseArgs:
    """Return what OpenKruise is installed from, and how; `fetched` are the artifacts by unit."""
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
    }
