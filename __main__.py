"""The program, on one page: settings -> artifacts -> provider -> units in order -> outputs."""

import json

import pulumi
from pulumi_kubernetes import Provider

import settings as configuration
from components.applications import Applications
from components.argo_cd import ArgoCd
from components.open_kruise import OpenKruise
from errors import PlatformError
from upstream import artifacts, manifests
from wiring.applications import applications_args
from wiring.argo_cd import argo_cd_args
from wiring.open_kruise import open_kruise_args
from wiring.pins import pins

NOWHERE = json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": []})
"""A kubeconfig that leads nowhere: a preview without a cluster must not find one by itself."""


def main() -> None:
    """Register what the stack's settings ask for."""
    settings = configuration.load_from_pulumi()
    # All of them before anything is registered: a wrong byte must not leave half a platform.
    fetched = artifacts.fetch_all(pins(settings))
    options = pulumi.ResourceOptions(provider=provider_of(settings))
    # Last up and first down: Argo CD removes what it deployed while the operators of it still run.
    operators: list[pulumi.Resource] = []
    # Kruise's webhooks intercept every pod: pods of other units wait until they answer.
    interceptors: list[pulumi.Resource] = []

    if settings.open_kruise.enabled:
        open_kruise = OpenKruise("open-kruise", open_kruise_args(settings, fetched), options)
        interceptors.append(open_kruise)
        operators.append(open_kruise)
        pulumi.export("openKruise", open_kruise.summary)

    if settings.argo_cd.enabled:
        release = manifests.read(fetched["argoCd"])
        argo_cd = ArgoCd("argo-cd", argo_cd_args(settings, release, interceptors), options)
        operators.append(argo_cd)
        pulumi.export("argoCd", argo_cd.summary)

    if settings.applications.declared:
        declared = Applications("applications", applications_args(settings, operators), options)
        pulumi.export("applications", declared.summary)


def provider_of(settings: configuration.Settings) -> Provider:
    """Return the one provider of all units, for the cluster that is selected."""
    cluster = settings.cluster
    if not cluster.selected:
        pulumi.log.info("no cluster is selected: previewing against an empty one")
    kubeconfig = cluster.kubeconfig if cluster.selected else NOWHERE
    return Provider(
        "cluster",
        kubeconfig=pulumi.Output.secret(kubeconfig) if kubeconfig else None,
        context=cluster.context,
        cluster_identifier=cluster.identifier,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )


try:
    main()
except PlatformError as error:
    raise pulumi.RunError(str(error)) from None
