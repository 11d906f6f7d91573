"""What an Appfile and an Application may say is what the pinned chart brings."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.shared.definitions import reader
from components.shared.definitions.chart import vela_definitions
from kube.manifests import Manifest
from tests.support import crd_schema
from tests.support.converter import CONVERTER

VALUES = yaml.safe_load((CONVERTER / "chart" / "values.yaml").read_text())


@pytest.fixture(scope="module")
def definitions(chart: Path) -> list[Manifest]:
    """Return the definitions of the chart, and the platform's own one."""
    return [*vela_definitions(chart), reader.clone_set()]


def parameters(definition: Manifest) -> list[str]:
    """Return the keys of a component's parameter; all where it takes any."""
    template = definition["spec"]["schematic"]["cue"]["template"]
    if re.search(r"^parameter: {}$", template, re.MULTILINE):
        return ["*"]
    if one := re.search(r"^parameter: (\w+): ", template, re.MULTILINE):
        return [one[1]]
    (block,) = re.findall(r"^parameter: {\n(.*?)^}", template, re.MULTILINE | re.DOTALL)
    return sorted(re.findall(r"^\t(\w+)[?!]?:", block, re.MULTILINE))


def test_the_traits_are_those_of_the_chart(definitions: list[Manifest]) -> None:
    names = [d["metadata"]["name"] for d in definitions if d["kind"] == "TraitDefinition"]

    assert VALUES["traits"] == sorted(names)


def test_the_component_types_have_the_parameters_of_the_chart(definitions: list[Manifest]) -> None:
    known = {
        d["metadata"]["name"]: parameters(d)
        for d in definitions
        if d["kind"] == "ComponentDefinition"
    }

    assert VALUES["components"] == known


def undescribed(schema: Any) -> Any:
    """Return a schema without its descriptions."""
    if isinstance(schema, list):
        return [undescribed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: undescribed(part)
        for key, part in schema.items()
        if key != "description" or not isinstance(part, str)
    }


def test_the_schema_of_an_application_is_that_of_the_chart(crds: list[Manifest]) -> None:
    schema = crd_schema.schema_of(crds, "core.oam.dev/v1beta1", "Application")
    ours = VALUES["application"]["properties"]

    assert ours["spec"] == undescribed(schema["properties"]["spec"])
    assert ours.keys() == schema["properties"].keys()
