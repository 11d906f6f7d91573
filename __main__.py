"""The program, on one page: settings -> artifacts -> provider -> units in order -> outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi

from components.applications.component import Applications
from components.argo_cd import hooks as argo_cd_hooks
from components.argo_cd.component import ArgoCd
from components.delivery.component import Delivery
from components.health_checks.component import HealthChecks
from components.kube_vela import hooks as kube_vela_hooks
from components.kube_vela.component import KubeVela
from components.open_kruise.component import OpenKruise
from components.tekton.component import Tekton
from components.vela_plugin.component import VelaPlugin
from errors import PlatformError
from kube import manifests
from kube.target import Target
from stack import loader
from stack.mapping.applications import applications_args
from stack.mapping.argo_cd import argo_cd_args, replaced
from stack.mapping.delivery import delivery_args
from stack.mapping.health_checks import health_checks_args
from stack.mapping.kube_vela import chart_definitions, kube_vela_args, own_definitions
from stack.mapping.open_kruise import open_kruise_args
from stack.mapping.tekton import tekton_args
from stack.mapping.vela_plugin import vela_plugin_args
from stack.pins import pins
from stack.planned import planned
from stack.preflight import run as preflight
from stack.protection import protection
from stack.provider import provider_of
from stack.settings import Settings
from upstream import artifacts


def main() -> None:
    """Register what the stack's settings ask for."""
    settings = loader.load_from_pulumi()
    cluster = settings.cluster
    # All of them before anything is registered: a wrong byte must not leave half a platform.
    fetched = artifacts.fetch_all(pins(settings))
    definitions = own_definitions(settings, fetched, pulumi.log.info)
    # What the state and the cluster have against it, all of it before anything is written.
    outlook = preflight.run(cluster, lambda: planned(settings, fetched, definitions))
    if outlook.lines:
        pulumi.log.info("\n".join(outlook.lines))
    options = pulumi.ResourceOptions(
        provider=provider_of(settings, takes_over=outlook.takes_over),
        transformations=protection(settings),
    )
    # Also where a unit is off: the removal of what was installed before runs one of them.
    target = Target(cluster.kubeconfig, cluster.context, cluster.selected)
    to_argo_cd = argo_cd_hooks.hooks(target, settings.argo_cd.namespace)
    to_kube_vela = kube_vela_hooks.hooks(target, settings.kube_vela.timeout_seconds)
    # Last up and first down: Argo CD removes what it deployed while the operators of it still run.
    operators: list[pulumi.Resource] = []
    # Kruise's webhooks intercept every pod: pods of other units wait until they answer.
    interceptors: list[pulumi.Resource] = []

    if settings.open_kruise.enabled:
        kruise_args = open_kruise_args(settings, fetched, outlook.releases)
        open_kruise = OpenKruise("open-kruise", kruise_args, options)
        interceptors.append(open_kruise)
        operators.append(open_kruise)
        pulumi.export("openKruise", open_kruise.summary)

    removal = to_argo_cd.before_controller
    operators += argo_cd_and_what_it_is_given(
        settings, fetched, definitions, interceptors, options, before_removal=removal
    )

    if settings.tekton.enabled:
        tekton = Tekton("tekton", tekton_args(settings, fetched, interceptors), options)
        pulumi.export("tekton", tekton.summary)
        deliver(settings, tekton, options)

    if settings.kube_vela.enabled:
        vela_args = kube_vela_args(
            settings,
            fetched,
            definitions=definitions,
            before_change=to_kube_vela.before_change,
            before_removal=to_kube_vela.before_removal,
            pods_depend_on=interceptors,
            adopted=outlook.releases,
        )
        kube_vela = KubeVela("kube-vela", vela_args, options)
        operators.append(kube_vela)
        pulumi.export("kubeVela", kube_vela.summary)

    if settings.applications.declared:
        args = applications_args(settings, operators, to_argo_cd.before_application)
        declared = Applications("applications", args, options)
        pulumi.export("applications", declared.summary)


def argo_cd_and_what_it_is_given(
    settings: Settings,
    fetched: Mapping[str, Path],
    definitions: Sequence[manifests.Manifest],
    interceptors: Sequence[pulumi.Resource],
    options: pulumi.ResourceOptions,
    *,
    before_removal: pulumi.ResourceHook,
) -> list[pulumi.Resource]:
    """Register Argo CD and the units that contribute to it, and return them."""
    installed: list[pulumi.Resource] = []
    # Entries of argocd-cm that other units want; Argo CD's own unit registers them as one object.
    contributed: dict[str, str] = {}
    release = manifests.read(fetched["argoCd"]) if settings.argo_cd.managed else []

    if settings.has_health_checks:
        checks = HealthChecks("health-checks", health_checks_args(settings, release), options)
        contributed |= checks.entries
        installed.append(checks)
        pulumi.export("healthChecks", checks.summary)

    plugin = None
    if settings.has_vela_plugin:
        of_chart = chart_definitions(settings, fetched)
        plugin_args = vela_plugin_args(settings, release, own=definitions, chart=of_chart)
        vela_plugin = VelaPlugin("vela-plugin", plugin_args, options)
        plugin = vela_plugin.contribution
        contributed |= plugin.entries
        installed.append(vela_plugin)
        pulumi.export("velaPlugin", vela_plugin.summary)

    if settings.argo_cd.managed:
        argo_args = argo_cd_args(
            settings, release, contributed, interceptors, plugin, before_removal=before_removal
        )
        argo_cd = ArgoCd("argo-cd", argo_args, options)
        installed.append(argo_cd)
        pulumi.export("argoCd", argo_cd.summary)
        for name in replaced(settings, contributed):
            pulumi.log.info(f"argoCd.config has {name}: it replaces the entry of another unit")
    return installed


def deliver(settings: Settings, tekton: Tekton, options: pulumi.ResourceOptions) -> None:
    """Register the deliveries, one for each application that a pipeline brings images to."""
    deliveries = {
        name: Delivery(f"delivery-{name}", delivery_args(settings, name, [tekton]), options)
        for name in sorted(settings.delivery.applications)
    }
    if deliveries:
        runs = {name: {**found.summary, **found.runs} for name, found in deliveries.items()}
        pulumi.export("delivery", runs)


try:
    main()
except PlatformError as error:
    raise pulumi.RunError(str(error)) from None
