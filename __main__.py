"""The program, on one page: settings -> artifacts -> provider -> units in order -> outputs."""

from collections.abc import Mapping
from pathlib import Path

import pulumi

import settings as configuration
from components.applications import Applications
from components.argo_cd import ArgoCd
from components.health_checks import HealthChecks
from components.open_kruise import OpenKruise
from errors import PlatformError
from preflight import run as preflight
from upstream import artifacts, manifests
from upstream.plan import PlannedUnit
from wiring.applications import applications_args
from wiring.argo_cd import argo_cd_args, planned_argo_cd, replaced
from wiring.health_checks import health_checks_args
from wiring.open_kruise import open_kruise_args, planned_open_kruise
from wiring.pins import pins
from wiring.provider import provider_of


def main() -> None:
    """Register what the stack's settings ask for."""
    settings = configuration.load_from_pulumi()
    # All of them before anything is registered: a wrong byte must not leave half a platform.
    fetched = artifacts.fetch_all(pins(settings))
    # What the state and the cluster have against it, all of it before anything is written.
    outlook = preflight.run(settings.cluster, lambda: planned(settings, fetched))
    if outlook.lines:
        pulumi.log.info("\n".join(outlook.lines))
    options = pulumi.ResourceOptions(provider=provider_of(settings))
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

    # Entries of argocd-cm that other units want; Argo CD's own unit registers them as one object.
    contributed: dict[str, str] = {}
    release = manifests.read(fetched["argoCd"]) if settings.argo_cd.managed else []

    if settings.has_health_checks:
        checks = HealthChecks("health-checks", health_checks_args(settings, release), options)
        contributed |= checks.entries
        operators.append(checks)
        pulumi.export("healthChecks", checks.summary)

    if settings.argo_cd.managed:
        args = argo_cd_args(settings, release, contributed, interceptors)
        argo_cd = ArgoCd("argo-cd", args, options)
        operators.append(argo_cd)
        pulumi.export("argoCd", argo_cd.summary)
        for name in replaced(settings, contributed):
            pulumi.log.info(f"argoCd.config has {name}: it replaces the entry of healthChecks")

    if settings.applications.declared:
        declared = Applications("applications", applications_args(settings, operators), options)
        pulumi.export("applications", declared.summary)


def planned(settings: configuration.Settings, fetched: Mapping[str, Path]) -> list[PlannedUnit]:
    """Return what each unit creates."""
    units = []
    if settings.open_kruise.enabled:
        units.append(planned_open_kruise(settings, fetched))
    if settings.argo_cd.managed:
        units.append(planned_argo_cd(settings, manifests.read(fetched["argoCd"])))
    return units


try:
    main()
except PlatformError as error:
    raise pulumi.RunError(str(error)) from None
