"""What a stack creates, unit by unit, as the checks before it want it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from components.vela_plugin.contribution import contribution
from kube import manifests
from kube.manifests import Manifest
from stack.mapping.applications import planned_applications
from stack.mapping.argo_cd import foreign_argo_cd, planned_argo_cd
from stack.mapping.delivery import planned_deliveries
from stack.mapping.kube_vela import chart_definitions, planned_kube_vela
from stack.mapping.open_kruise import planned_open_kruise
from stack.mapping.tekton import planned_tekton
from stack.mapping.vela_plugin import vela_plugin_args
from stack.plan import Plan, PlannedUnit
from stack.settings import Settings


def planned(
    settings: Settings, fetched: Mapping[str, Path], definitions: Sequence[Manifest]
) -> Plan:
    """Return what each unit creates, and what it contributes to.

    `definitions` are those of KubeVela beside the chart's.
    """
    argo = settings.argo_cd
    release = manifests.read(fetched["argoCd"]) if argo.managed else []
    plugin = None
    if settings.has_vela_plugin:
        of_chart = chart_definitions(settings, fetched)
        plugin = contribution(vela_plugin_args(settings, release, own=definitions, chart=of_chart))
    units = []
    if settings.open_kruise.enabled:
        units.append(planned_open_kruise(settings, fetched))
    if argo.managed:
        units.append(planned_argo_cd(settings, release, plugin))
    elif plugin:
        units.append(PlannedUnit("velaPlugin", argo.version, objects=plugin.objects))
    if settings.tekton.enabled:
        units.append(planned_tekton(settings, fetched))
        if settings.delivery.applications:
            units.append(planned_deliveries(settings))
    if settings.kube_vela.enabled:
        units.append(planned_kube_vela(settings, fetched, definitions))
    if settings.applications.declared:
        units.append(planned_applications(settings))
    return Plan(units, foreign_argo_cd(settings))
