"""The settings as arguments of Argo CD."""

from collections.abc import Mapping, Sequence

import pulumi

from components.argo_cd.component import ArgoCdArgs, created
from components.argo_cd.existing import ForeignArgoCd
from components.argo_cd.settings import ArgoCdSettings
from components.argo_cd.workloads import HA_NODES
from components.shared.argo_cd_config import EXCLUSIONS
from components.vela_plugin.contribution import Contribution
from kube.manifests import Manifest
from stack.credentials import argo_cd_certificate, argo_cd_credentials
from stack.plan import PlannedUnit
from stack.settings import Settings


def argo_cd_args(
    settings: Settings,
    release: Sequence[Manifest],
    contributed: Mapping[str, str],
    pods_depend_on: Sequence[pulumi.Resource],
    plugin: Contribution | None = None,
    *,
    before_removal: pulumi.ResourceHook | None = None,
) -> ArgoCdArgs:
    """Return what Argo CD is installed from, and how.

    `release` is the manifest as published; `contributed` are entries for argocd-cm from other
    units, over which those of the stack file go, and `plugin` is what the vela plugin adds;
    `before_removal` runs before its application controller goes.
    """
    argo, images = settings.argo_cd, settings.images
    credentials = argo_cd_credentials(settings)
    config = {**contributed, **argo.config, **credentials.config_entries}
    if EXCLUSIONS in contributed:
        config[EXCLUSIONS] = contributed[EXCLUSIONS]  # the stack file's list, if any, is part of it
    certificate = argo_cd_certificate(settings)
    args: ArgoCdArgs = {
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
        "objects": plugin.objects if plugin else [],
        "patches": [plugin.patch] if plugin else [],
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "before_removal": before_removal,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": argo.timeout_seconds,
    }
    if certificate:
        args["server_certificate"] = {
            "certificate": certificate.certificate,
            "key": certificate.key,
        }
    return args


def replaced(settings: Settings, contributed: Mapping[str, str]) -> list[str]:
    """Return the contributed entries that give way to those of the stack file."""
    return sorted((contributed.keys() & settings.argo_cd.config.keys()) - {EXCLUSIONS})


def nodes_for(argo: ArgoCdSettings) -> int:
    """Return how many nodes it needs: highly available, each pod of a kind wants one of its own."""
    if not argo.high_availability:
        return 1
    apart = (argo.components.get("server"), argo.components.get("repo-server"))
    return max(HA_NODES, *(c.replicas or 1 for c in apart if c), 1)


def planned_argo_cd(
    settings: Settings, release: Sequence[Manifest], plugin: Contribution | None
) -> PlannedUnit:
    """Return what the unit creates, without what other units contribute to its objects."""
    argo = settings.argo_cd
    return PlannedUnit(
        "argoCd",
        argo.version,
        objects=created(argo_cd_args(settings, release, {}, (), plugin)),
        nodes=nodes_for(argo),
        allow_downgrade_of=argo.allow_downgrade_of,
        version_in=f"/apis/apps/v1/namespaces/{argo.namespace}/deployments/argocd-server",
    )


def foreign_argo_cd(settings: Settings) -> ForeignArgoCd | None:
    """Return what is contributed to an Argo CD that somebody else installed, if there is one."""
    argo = settings.argo_cd
    if not argo.existing:
        return None
    features = {}
    if settings.has_health_checks and settings.health_checks.actions:
        features["mergeBuiltinActions"] = "healthChecks.actions"
    if settings.has_vela_plugin:
        sidecar = settings.vela_plugin.form == "sidecar"
        features["pluginSidecar" if sidecar else "pluginEntry"] = "velaPlugin.form"
    stated = argo.version if "version" in argo.model_fields_set else None
    return ForeignArgoCd(argo.namespace, stated, features)
