"""The program, on one page: settings -> artifacts -> provider -> units in order -> outputs."""

import json
from typing import Any

import pulumi
from pulumi_kubernetes import Provider

import settings as configuration
from components.argo_cd import ArgoCd
from components.open_kruise import OpenKruise
from errors import PlatformError
from upstream import artifacts, manifests
from upstream.versions import CATALOGUE

NOWHERE = json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": []})
"""A kubeconfig that leads nowhere: a preview without a cluster must not find one by itself."""


def main() -> None:
    """Register what the stack's settings ask for."""
    settings = configuration.load_from_pulumi()
    cluster, images = settings.cluster, settings.images
    kruise, argo = settings.open_kruise, settings.argo_cd

    # All of them before anything is registered: a wrong byte must not leave half a platform.
    pins = {}
    if kruise.enabled:
        pins["openKruise"] = CATALOGUE["openKruise"].pin("chart", kruise.version, kruise.sha256)
    if argo.enabled:
        pins["argoCd"] = CATALOGUE["argoCd"].pin(argo.variant, argo.version, argo.sha256)
    fetched = artifacts.fetch_all(pins)

    if not cluster.selected:
        pulumi.log.info("no cluster is selected: previewing against an empty one")
    kubeconfig = cluster.kubeconfig if cluster.selected else NOWHERE
    provider = Provider(
        "cluster",
        kubeconfig=pulumi.Output.secret(kubeconfig) if kubeconfig else None,
        context=cluster.context,
        cluster_identifier=cluster.identifier,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )
    # Kruise's webhooks intercept every pod: pods of other units wait until they answer.
    interceptors: list[pulumi.Resource] = []

    if kruise.enabled:
        parts: Any = kruise.model_dump(include={"manager", "daemon"}, exclude_none=True)
        open_kruise = OpenKruise(
            "open-kruise",
            {
                "chart": str(fetched["openKruise"]),
                "version": kruise.version,
                "feature_gates": kruise.effective_feature_gates,
                "manager": parts["manager"],
                "daemon": parts["daemon"],
                "role_list_groups": kruise.role_list_groups,
                "image_registry": images.registry,
                "pull_secrets": images.pull_secrets,
                "timeout_seconds": kruise.timeout_seconds,
            },
            pulumi.ResourceOptions(provider=provider),
        )
        interceptors.append(open_kruise)
        pulumi.export("openKruise", open_kruise.summary)

    if argo.enabled:
        argo_cd = ArgoCd(
            "argo-cd",
            {
                "manifests": manifests.read(fetched["argoCd"]),
                "version": argo.version,
                "namespace": argo.namespace,
                "config": argo.config,
                "params": argo.params,
                "rbac": argo.rbac,
                "image_registry": images.registry,
                "pull_secrets": images.pull_secrets,
                "retain_crds": settings.crds.retain,
                "pods_depend_on": interceptors,
                "timeout_seconds": argo.timeout_seconds,
            },
            pulumi.ResourceOptions(provider=provider),
        )
        pulumi.export("argoCd", argo_cd.summary)


try:
    main()
except PlatformError as error:
    raise pulumi.RunError(str(error)) from None
