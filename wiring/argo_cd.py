"""The settings as arguments of Argo CD."""

from collections.abc import Mapping, Sequence

import pulumi

from components.argo_cd import HA_NODES, ArgoCdArgs, created
from settings import Settings
from settings.credentials import argo_cd_credentials
from upstream.argo_cd_config import EXCLUSIONS
from upstream.manifests import Manifest
from upstream.plan import PlannedUnit


def argo_cd_args(
    settings: Settings,
    release: Sequence[Manifest],
    contributed: Mapping[str, str],
    pods_depend_on: Sequence[pulumi.Resource],
) -> ArgoCdArgs:
    """Return what Argo CD is installed from, and how.

    `release` is the manifest as published; `contributed` are entries for argocd-cm from other
    units, over which those of the stack file go.
    """
    argo, images = settings.argo_cd, settings.images
    credentials = argo_cd_credentials(settings)
    config = {**contributed, **argo.config, **credentials.config_entries}
    if EXCLUSIONS in contributed:
        config[EXCLUSIONS] = contributed[EXCLUSIONS]  # the stack file's list, if any, is part of it
    return {
        "manifests": release,
        "version": argo.version,
        "namespace": argo.namespace,
        "own_secrets": {
            "settings": credentials.secret_entries,
            "server_key_mark": credentials.server_key_mark,
            "redis_password": credentials.redis_password,
            "redis_password_mark": credentials.redis_password_mark,
        },
        "config": config,
        "params": argo.params,
        "rbac": argo.rbac,
        "url": argo.server.address,
        "insecure": argo.server.insecure,
        "oidc": settings.revealed(argo.server.sso),
        "ingress": settings.revealed(argo.server.ingress),
        "route": settings.revealed(argo.server.gateway),
        "tracking_method": argo.tracking_method,
        "access": settings.revealed(argo.access),
        "ci": settings.revealed(argo.access.ci),
        "projects": settings.revealed(argo.projects),
        "default_project": argo.default_project,
        "repositories": settings.revealed(argo.repositories),
        "repository_credentials": settings.revealed(argo.repository_credentials),
        "known_hosts": argo.known_hosts,
        "tls_certificates": argo.tls_certificates,
        "clusters": settings.revealed(argo.clusters),
        "workloads": settings.revealed(argo.components),
        "notifications": argo.notifications,
        "dex": argo.dex,
        "network_policies": argo.network_policies,
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": argo.timeout_seconds,
    }


def replaced(settings: Settings, contributed: Mapping[str, str]) -> list[str]:
    """Return the contributed entries that give way to those of the stack file."""
    return sorted((contributed.keys() & settings.argo_cd.config.keys()) - {EXCLUSIONS})


def planned_argo_cd(settings: Settings, release: Sequence[Manifest]) -> PlannedUnit:
    """Return what the unit creates, without what other units contribute to its objects."""
    argo = settings.argo_cd
    return PlannedUnit(
        "argoCd",
        argo.version,
        objects=created(argo_cd_args(settings, release, {}, ())),
        nodes=HA_NODES if argo.high_availability else 1,
        allow_downgrade_of=argo.allow_downgrade_of,
        version_in=f"/apis/apps/v1/namespaces/{argo.namespace}/deployments/argocd-server",
    )
