"""The program, on one page: settings -> provider -> units in order -> outputs."""

import json

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
    if not cluster.selected:
        pulumi.log.info("no cluster is selected: previewing against an empty one")
    provider = Provider(
        "cluster",
        kubeconfig=pulumi.Output.secret(cluster.kubeconfig if cluster.selected else NOWHERE),
        context=cluster.context if cluster.selected else None,
        cluster_identifier=cluster.identifier,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )
    # Kruise's webhooks intercept every pod: pods of other units wait until they answer.
    interceptors: list[pulumi.Resource] = []

    if (kruise := settings.open_kruise).enabled:
        chart = CATALOGUE["openKruise"].pin("chart", kruise.version, kruise.sha256)
        open_kruise = OpenKruise(
            "open-kruise",
            {
                "chart": str(artifacts.fetch(chart)),
                "version": kruise.version,
                "feature_gates": kruise.effective_feature_gates,
                "manager": kruise.manager.model_dump(exclude_none=True),
                "daemon": kruise.daemon.model_dump(exclude_none=True),
                "role_list_groups": kruise.role_list_groups,
                "image_registry": images.registry,
                "pull_secrets": images.pull_secrets,
                "timeout_seconds": kruise.timeout_seconds,
            },
            pulumi.ResourceOptions(provider=provider),
        )
        interceptors.append(open_kruise)
        pulumi.export("openKruise", open_kruise.summary)

    if (argo := settings.argo_cd).enabled:
        release = CATALOGUE["argoCd"].pin(argo.variant, argo.version, argo.sha256)
        argo_cd = ArgoCd(
            "argo-cd",
            {
                "manifests": manifests.read(artifacts.fetch(release)),
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
