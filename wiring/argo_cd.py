"""The settings as arguments of Argo CD."""

from collections.abc import Mapping, Sequence

import pulumi

from components.argo_cd import ArgoCdArgs
from components.vela_plugin.contribution import Contribution
from settings import Settings
from upstream.argo_cd_config import EXCLUSIONS
from upstream.manifests import Manifest


def argo_cd_args(
    settings: Settings,
    release: Sequence[Manifest],
    contributed: Mapping[str, str],
    pods_depend_on: Sequence[pulumi.Resource],
    plugin: Contribution | None = None,
) -> ArgoCdArgs:
    """Return what Argo CD is installed from, and how.

    `release` is the manifest as published; `contributed` are entries for argocd-cm from other
    units, over which those of the stack file go, and `plugin` is what the vela plugin adds.
    """
    argo, images = settings.argo_cd, settings.images
    config = {**contributed, **argo.config}
    if EXCLUSIONS in contributed:
        config[EXCLUSIONS] = contributed[EXCLUSIONS]  # the stack file's list, if any, is part of it
    return {
        "manifests": release,
        "version": argo.version,
        "namespace": argo.namespace,
        "config": config,
        "params": argo.params,
        "rbac": argo.rbac,
        "objects": plugin.objects if plugin else [],
        "patches": [plugin.patch] if plugin else [],
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": argo.timeout_seconds,
    }


def replaced(settings: Settings, contributed: Mapping[str, str]) -> list[str]:
    """Return the contributed entries that give way to those of the stack file."""
    return sorted((contributed.keys() & settings.argo_cd.config.keys()) - {EXCLUSIONS})
