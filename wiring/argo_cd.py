"""The settings as arguments of Argo CD."""

from collections.abc import Sequence

import pulumi

from components.argo_cd import ArgoCdArgs
from settings import Settings
from settings.credentials import argo_cd_credentials
from upstream.manifests import Manifest


def argo_cd_args(
    settings: Settings, manifests: Sequence[Manifest], pods_depend_on: Sequence[pulumi.Resource]
) -> ArgoCdArgs:
    """Return what Argo CD is installed from, and how; `manifests` is the release as published."""
    argo, images = settings.argo_cd, settings.images
    credentials = argo_cd_credentials(settings)
    return {
        "manifests": manifests,
        "version": argo.version,
        "namespace": argo.namespace,
        "own_secrets": {
            "settings": credentials.secret_entries,
            "server_key_mark": credentials.server_key_mark,
            "redis_password": credentials.redis_password,
            "redis_password_mark": credentials.redis_password_mark,
        },
        "config": {**argo.config, **credentials.config_entries},
        "params": argo.params,
        "rbac": argo.rbac,
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": argo.timeout_seconds,
    }
