"""The program, on one page: settings -> artifacts -> provider -> units in order -> outputs."""

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
from pulumi_kubernetes import Provider

import settings as configuration
from components.argo_cd import ArgoCd
from components.health_checks import HealthChecks
from components.kube_vela import KubeVela
from components.open_kruise import OpenKruise
from components.vela_plugin import VelaPlugin
from definitions.collect import collect
from errors import PlatformError
from hooks import kube_vela as kube_vela_hooks
from upstream import artifacts, charts, manifests
from wiring.argo_cd import argo_cd_args, replaced
from wiring.health_checks import health_checks_args
from wiring.kube_vela import kube_vela_args
from wiring.open_kruise import open_kruise_args
from wiring.pins import pins
from wiring.vela_plugin import vela_plugin_args

NOWHERE = json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": []})
"""A kubeconfig that leads nowhere: a preview without a cluster must not find one by itself."""


def main() -> None:
    """Register what the stack's settings ask for."""
    settings = configuration.load_from_pulumi()
    # All of them before anything is registered: a wrong byte must not leave half a platform.
    fetched = artifacts.fetch_all(pins(settings))
    definitions = vela_definitions(settings, fetched)
    options = pulumi.ResourceOptions(provider=provider_of(settings))
    # Kruise's webhooks intercept every pod: pods of other units wait until they answer.
    interceptors: list[pulumi.Resource] = []

    if settings.open_kruise.enabled:
        open_kruise = OpenKruise("open-kruise", open_kruise_args(settings, fetched), options)
        interceptors.append(open_kruise)
        pulumi.export("openKruise", open_kruise.summary)

    # Entries of argocd-cm that other units want; Argo CD's own unit registers them as one object.
    contributed: dict[str, str] = {}
    release = manifests.read(fetched["argoCd"]) if settings.argo_cd.managed else []

    if settings.has_health_checks:
        checks = HealthChecks("health-checks", health_checks_args(settings, release), options)
        contributed |= checks.entries
        pulumi.export("healthChecks", checks.summary)

    plugin = None
    if settings.has_vela_plugin:
        of_chart = chart_definitions(settings, fetched)
        args = vela_plugin_args(settings, release, own=definitions, chart=of_chart)
        vela_plugin = VelaPlugin("vela-plugin", args, options)
        plugin = vela_plugin.contribution
        contributed |= plugin.entries
        pulumi.export("velaPlugin", vela_plugin.summary)

    if settings.argo_cd.managed:
        argo_args = argo_cd_args(settings, release, contributed, interceptors, plugin)
        argo_cd = ArgoCd("argo-cd", argo_args, options)
        pulumi.export("argoCd", argo_cd.summary)
        for name in replaced(settings, contributed):
            pulumi.log.info(f"argoCd.config has {name}: it replaces the entry of healthChecks")

    # Also where the unit is off: the removal of what was installed before runs one of them.
    around = vela_hooks(settings)
    if settings.kube_vela.enabled:
        vela_args = kube_vela_args(
            settings,
            fetched,
            crds=charts.crds(fetched["kubeVela"]),
            definitions=definitions,
            before_change=around.before_change,
            before_removal=around.before_removal,
            pods_depend_on=interceptors,
        )
        kube_vela = KubeVela("kube-vela", vela_args, options)
        pulumi.export("kubeVela", kube_vela.summary)


def vela_definitions(
    settings: configuration.Settings, fetched: Mapping[str, Path]
) -> list[manifests.Manifest]:
    """Return what developers may write beside the definitions of KubeVela's chart."""
    vela = settings.kube_vela
    if "kubeVela" not in fetched:
        return []
    chart = fetched["kubeVela"]
    return collect(chart, vela.definitions, pulumi.log.info, clone_set=vela.clone_set)


def chart_definitions(
    settings: configuration.Settings, fetched: Mapping[str, Path]
) -> list[manifests.Manifest]:
    """Return the definitions of KubeVela's chart, where the plugin renders with them."""
    return charts.vela_definitions(fetched["kubeVela"]) if settings.renders_applications else []


def vela_hooks(settings: configuration.Settings) -> kube_vela_hooks.Hooks:
    """Return what runs before vela-core is installed, changed or removed; see docs/adr/0018."""
    cluster = settings.cluster
    target = kube_vela_hooks.Target(cluster.kubeconfig, cluster.context, cluster.selected)
    return kube_vela_hooks.hooks(target, settings.kube_vela.timeout_seconds)


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
