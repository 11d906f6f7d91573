"""The sample chart, as Helm sees it: well-formed, and values that cannot work are refused."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.stack_config import ROOT
from tools import toolchain

pytestmark = [pytest.mark.e2e, pytest.mark.tools("helm")]

CHART = ROOT / "samples/charts/helloworld"


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = toolchain.ensure("helm")["helm"]
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def rendered(*arguments: str) -> dict[str, dict[str, Any]]:
    result = helm("template", "hello", str(CHART), *arguments)
    assert result.returncode == 0, result.stderr
    return {o["kind"]: o for o in yaml.safe_load_all(result.stdout)}


def test_it_passes_strict_lint() -> None:
    result = helm("lint", "--strict", str(CHART))

    assert result.returncode == 0, result.stdout
    assert "0 chart(s) failed" in result.stdout


def test_service_probes_and_container_have_one_port() -> None:
    objects = rendered("--set", "port=8081")
    (container,) = objects["CloneSet"]["spec"]["template"]["spec"]["containers"]
    (port,) = container["ports"]

    assert (port["name"], port["containerPort"]) == ("http", 8081)
    assert container["readinessProbe"]["httpGet"]["port"] == "http"
    assert container["livenessProbe"]["tcpSocket"]["port"] == "http"
    assert objects["Service"]["spec"]["ports"][0]["targetPort"] == "http"
    assert objects["Service"]["spec"]["selector"].items() <= (
        objects["CloneSet"]["spec"]["template"]["metadata"]["labels"].items()
    )


def test_an_image_is_changed_in_place_and_held_where_the_values_say() -> None:
    strategy = rendered("--set", "partition=50%")["CloneSet"]["spec"]["updateStrategy"]

    assert strategy["type"] == "InPlaceIfPossible"
    assert strategy["partition"] == "50%"


@pytest.mark.parametrize(
    "value",
    [
        "image.tag=latest",
        "image.tag=",
        "image.repo=x",
        "replicas=-1",
        "replicas=two",
        "port=80",
        "partition=half",
        "partition=101%",
        "readinessPath=readyz",
        "replica=3",
    ],
)
def test_a_value_that_cannot_work_is_refused(value: str) -> None:
    result = helm("template", "hello", str(CHART), "--set", value)

    assert result.returncode != 0
    assert "values don't meet the specifications of the schema" in result.stderr


def test_the_schema_knows_every_value() -> None:
    values = yaml.safe_load(Path(CHART / "values.yaml").read_text())
    schema = yaml.safe_load(Path(CHART / "values.schema.json").read_text())

    assert set(values) | {"global"} == set(schema["properties"])
