"""The components can be used from other languages: Pulumi's own analysis understands them."""

import inspect
from pathlib import Path
from typing import Any, TypedDict

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

import components
from components.applications.component import Applications
from components.argo_cd.component import ArgoCd, ArgoCdArgs
from components.delivery.component import Delivery
from components.health_checks.component import HealthChecks
from components.kube_vela.component import KubeVela
from components.open_kruise.component import OpenKruise
from components.tekton.component import Tekton
from components.vela_plugin.component import VelaPlugin

REFUSED = {
    Applications: {"deploy_with"},
    ArgoCd: {"pods_depend_on"},
    Delivery: {"after"},
    HealthChecks: set[str](),
    KubeVela: {"pods_depend_on"},
    OpenKruise: set[str](),
    Tekton: {"pods_depend_on"},
    VelaPlugin: set[str](),
}
"""Arguments that only a Python program can give: resources to wait for."""

each_component = pytest.mark.parametrize("component", REFUSED, ids=lambda c: c.__name__)


def inputs_of(component: type[pulumi.ComponentResource]) -> dict[str, Any]:
    """Return the annotated fields of a component's arguments."""
    args = inspect.signature(component.__init__).parameters["args"].annotation
    return dict(args.__annotations__)


@each_component
def test_each_argument_has_a_type_that_the_analysis_knows(
    component: type[pulumi.ComponentResource],
) -> None:
    fields = inputs_of(component)
    assert fields
    refused = {name for name, field in fields.items() if not is_understood(component, name, field)}

    assert refused == REFUSED[component]


def is_understood(component: type[pulumi.ComponentResource], name: str, annotation: Any) -> bool:
    """Tell whether a component with that one argument can be analysed."""
    args = TypedDict("args", {name: annotation})  # type: ignore[misc]
    args.__module__ = component.__module__

    def __init__(  # noqa: N807 - it becomes one
        self: pulumi.ComponentResource,
        name: str,
        args: Any,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Do nothing."""

    __init__.__annotations__["args"] = args
    probe = type("Probe", (pulumi.ComponentResource,), {"__init__": __init__})
    probe.__module__ = component.__module__
    try:
        Analyzer("bootstrap").analyze([probe])
    except Exception:  # noqa: BLE001 - the analysis raises plain ones
        return False
    return True


@each_component
def test_the_analysis_tells_what_it_does_not_know(
    component: type[pulumi.ComponentResource],
) -> None:
    assert not is_understood(component, "either", int | str)


def test_a_component_is_understood_with_every_description() -> None:
    analyzed = Analyzer("bootstrap").analyze([OpenKruise])
    definition = analyzed["component_definitions"]["OpenKruise"]

    assert set(definition.outputs) == {"summary"}
    fields = [*definition.inputs.values(), *definition.outputs.values()]
    assert all(field.description for field in fields)
    types = analyzed["type_definitions"].values()
    assert all(field.description for kind in types for field in kind.properties.values())


def test_the_real_annotations_are_there_to_be_analysed() -> None:
    sources = list(Path(components.__file__).parent.rglob("*.py"))
    assert len(sources) > 2
    assert [p.name for p in sources if "from __future__" in p.read_text(encoding="utf-8")] == []
    assert set(ArgoCdArgs.__required_keys__) == {"manifests", "version", "namespace"}
