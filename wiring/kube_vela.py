"""The settings as arguments of KubeVela."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from components.kube_vela import KubeVelaArgs
from settings import Settings
from upstream.manifests import Manifest


def kube_vela_args(
    settings: Settings,
    fetched: Mapping[str, Path],
    *,
    crds: Sequence[Manifest],
    definitions: Sequence[Manifest],
    before_change: pulumi.ResourceHook,
    before_removal: pulumi.ResourceHook,
    pods_depend_on: Sequence[pulumi.Resource],
) -> KubeVelaArgs:
    """Return what KubeVela is installed from, and how; `fetched` are the artifacts by unit."""
    vela, images = settings.kube_vela, settings.images
    parts: Any = vela.model_dump(include={"controller", "gateway"}, exclude_none=True)
    return {
        "chart": str(fetched["kubeVela"]),
        "version": vela.version,
        "crds": crds,
        "definitions": definitions,
        "webhooks": vela.webhooks.enabled,
        "certificates": vela.webhooks.certificates,
        "failure_policy": vela.webhooks.failure_policy,
        "multicluster": vela.multicluster,
        "authentication": vela.authentication,
        "definition_validation": vela.definition_validation,
        "controller": parts["controller"],
        "gateway": parts["gateway"],
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "before_change": before_change,
        "before_removal": before_removal,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": vela.timeout_seconds,
    }
