"""What an Appfile may say is what the pinned chart brings."""

import re

import pytest
import yaml

from definitions import reader
from tests.support.converter import CONVERTER, ROOT
from upstream import artifacts, charts
from upstream.manifests import Manifest
from upstream.versions import CATALOGUE

VALUES = yaml.safe_load((CONVERTER / "chart" / "values.yaml").read_text())


@pytest.fixture(scope="module")
def definitions(upstream: None) -> list[Manifest]:
    """Return the definitions of the chart, and the platform's own one."""
    del upstream  # wanted for what it does
    kube_vela = CATALOGUE["kubeVela"]
    chart = artifacts.fetch(kube_vela.pin("chart", kube_vela.version), ROOT / artifacts.CACHE)
    return [*charts.vela_definitions(chart), reader.clone_set()]


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
