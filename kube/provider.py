"""What the Kubernetes provider can do, by its version.

Until 4.28 a create is a server-side apply: it takes over what exists, and fails only where somebody
else has set a field to another value, unless the environment tells the plugin to overrule them.
Since 4.29 a create of what exists fails, unless arguments of the provider say otherwise.

Ref: https://github.com/pulumi/pulumi-kubernetes/issues/2926
"""

from importlib import metadata
from typing import Any

from upstream.versions import numbers

FORCE_VARIABLE = "PULUMI_K8S_ENABLE_PATCH_FORCE"
"""Environment variable of the engine, which hands it on to the plugin; every version reads it."""

BY_ARGUMENT = (4, 29, 0)


def takes_over_by_argument() -> bool:
    """Tell whether the installed provider is told by arguments to take over what exists."""
    installed = numbers(metadata.version("pulumi-kubernetes"))
    return installed is not None and installed >= BY_ARGUMENT


def taking_over() -> dict[str, Any]:
    """Return the arguments by which creates take over and overrule; none before 4.29."""
    if not takes_over_by_argument():
        return {}
    return {"upsert_existing_objects": True, "enable_patch_force": True}
