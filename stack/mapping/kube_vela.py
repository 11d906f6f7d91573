"""The settings as arguments of KubeVela."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from components.kube_vela.component import RELEASE, KubeVelaArgs, chart_values, namespace_manifest
from components.kube_vela.component import definitions as registered
from components.shared.definitions.chart import NAMESPACE, vela_definitions
from components.shared.definitions.collect import collect
from kube import charts
from kube.identity import Identity
from kube.manifests import Manifest
from stack.plan import PlannedRelease, PlannedUnit
from stack.settings import Settings

CONTROLLER = "kubevela-vela-core"


def own_definitions(
    settings: Settings, fetched: Mapping[str, Path], say: Callable[[str], None]
) -> list[Manifest]:
    """Return what developers may write beside the definitions of KubeVela's chart."""
    vela = settings.kube_vela
    if "kubeVela" not in fetched:
        return []
    return collect(fetched["kubeVela"], vela.definitions, say, clone_set=vela.clone_set)


def chart_definitions(settings: Settings, fetched: Mapping[str, Path]) -> list[Manifest]:
    """Return the definitions of KubeVela's chart, where the plugin renders with them."""
    return vela_definitions(fetched["kubeVela"]) if settings.renders_applications else []


def kube_vela_args(
    settings: Settings,
    fetched: Mapping[str, Path],
    *,
    definitions: Sequence[Manifest],
    before_change: pulumi.ResourceHook | None = None,
    before_removal: pulumi.ResourceHook | None = None,
    pods_depend_on: Sequence[pulumi.Resource] = (),
    adopted: Collection[tuple[str, str]] = (),
) -> KubeVelaArgs:
    """Return what KubeVela is installed from, and how; `fetched` are the artifacts by unit.

    `adopted` are the Helm releases that are there and are taken over, by namespace and name.
    """
    vela, images = settings.kube_vela, settings.images
    parts: Any = vela.model_dump(include={"controller", "gateway"}, exclude_none=True)
    return {
        "chart": str(fetched["kubeVela"]),
        "version": vela.version,
        "crds": charts.crds(fetched["kubeVela"]),
        "definitions": definitions,
        "webhooks": vela.webhooks.enabled,
        "certificates": vela.webhooks.certificates,
        "failure_policy": vela.webhooks.failure_policy,
        "multicluster": vela.multicluster,
        "authentication": vela.authentication,
        "definition_validation": vela.definition_validation,
        "controller": parts["controller"],
        "gateway": parts["gateway"],
        "image_registry": images.registry,
        "pull_secrets": images.pull_secrets,
        "retain_crds": settings.crds.retain,
        "before_change": before_change,
        "before_removal": before_removal,
        "pods_depend_on": pods_depend_on,
        "timeout_seconds": vela.timeout_seconds,
        "adopt": (NAMESPACE, RELEASE) in adopted,
    }


def planned_kube_vela(
    settings: Settings, fetched: Mapping[str, Path], definitions: Sequence[Manifest]
) -> PlannedUnit:
    """Return what the unit creates."""
    args = kube_vela_args(settings, fetched, definitions=definitions)
    home = NAMESPACE
    return PlannedUnit(
        "kubeVela",
        settings.kube_vela.version,
        objects=[namespace_manifest(), *(dict(crd) for crd in args["crds"]), *registered(args)],
        release=PlannedRelease(
            home, RELEASE, Identity("apps", "Deployment", home, CONTROLLER), chart_values(args)
        ),
        allow_downgrade_of=settings.kube_vela.allow_downgrade_of,
    )
