"""The settings as arguments of a delivery."""

from collections.abc import Sequence
from typing import cast

import pulumi

from components.delivery.args import (
    BuildArgs,
    DeliveryArgs,
    HelmParametersArgs,
    PushArgs,
    ServerArgs,
)
from components.delivery.component import created
from components.delivery.scripts import load
from components.delivery.settings.build import BuildSettings
from kube.images import image_in
from stack.credentials import argo_cd_certificate, argo_cd_credentials, build_token
from stack.plan import PlannedUnit
from stack.settings import Settings

CLI_IMAGE = "quay.io/argoproj/argocd"
"""Argo CD's own image, which has the command line; its tag is the server's version."""


def delivery_args(settings: Settings, name: str, after: Sequence[pulumi.Resource]) -> DeliveryArgs:
    """Return what the delivery of an application is made from."""
    delivery, images = settings.delivery, settings.images
    chosen = delivery.applications[name]
    ci = settings.argo_cd.access.ci
    cli_image = delivery.cli_image or f"{CLI_IMAGE}:{settings.argo_cd.version}"
    args: DeliveryArgs = {
        "application": name,
        "namespace": chosen.namespace or f"{name}-delivery",
        "owner": chosen.owner,
        "project": delivery.project or (ci.project if ci else "default"),
        "repository": chosen.repository,
        "branch": chosen.branch,
        "image": chosen.image,
        "target_namespace": chosen.target_namespace or name,
        "target_server": chosen.target_server,
        "setter": chosen.setter,
        "helm_parameters": cast("HelmParametersArgs", chosen.helm_parameters.model_dump()),
        "partition_hold": settings.health_checks.partition_hold,
        "server": _server(settings),
        "auth_token": _token(settings),
        "cli_image": image_in(images.registry, cli_image) if images.registry else cli_image,
        "scripts": load(),
        "timeout_seconds": chosen.timeout_seconds,
        "pull_secrets": images.pull_secrets,
        "after": after,
    }
    if chosen.path:
        args["path"] = chosen.path
    if chosen.push:
        args["push"] = cast("PushArgs", settings.revealed(chosen.push))
    if chosen.build:
        args["build"] = _build(settings, name, chosen.build)
    return args


def planned_deliveries(settings: Settings) -> PlannedUnit:
    """Return what all deliveries create."""
    names = sorted(settings.delivery.applications)
    objects = [o for name in names for o in created(delivery_args(settings, name, ()))]
    return PlannedUnit("delivery", settings.tekton.version, objects=objects)


def _build(settings: Settings, name: str, chosen: BuildSettings) -> BuildArgs:
    build = cast("BuildArgs", settings.revealed(chosen))
    build["namespace"] = chosen.namespace or f"{name}-build"
    build["token"] = build_token(settings, name)
    if settings.images.registry:
        for task in (build["clone"], build["builder"]):
            task["bundle"] = image_in(settings.images.registry, task["bundle"])
    return build


def _server(settings: Settings) -> ServerArgs:
    """Return the server: another one's, or the stack's own inside the cluster."""
    chosen, argo = settings.delivery.server, settings.argo_cd
    certificate: ServerArgs = {"address": chosen.address or "", "tls": chosen.tls}
    own = argo_cd_certificate(settings)
    if ca := chosen.ca or (own.certificate if own else None):
        certificate["ca"] = ca
    if chosen.address:
        return certificate
    port, tls = (80, "plaintext") if argo.server.insecure else (443, chosen.tls)
    address = f"argocd-server.{argo.namespace}.svc:{port}"
    return {**certificate, "address": address, "tls": tls, "namespace": argo.namespace}


def _token(settings: Settings) -> str:
    given = settings.secret(settings.delivery.server.token_from)
    return given or argo_cd_credentials(settings).ci_token or ""
