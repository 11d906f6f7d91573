"""An Appfile becomes the Application that it stands for."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.appfiles import appfiles, expected
from tests.unit.components.vela_plugin.conftest import Convert, application

SAMPLES = Path("samples")
ONCE = settings(
    max_examples=8,  # each is one run or two of helm
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def components(convert: Convert, services: str) -> list[dict[str, Any]]:
    """Return the components that services in flow style stand for."""
    result = convert(f"name: testapp\nservices: {services}\n")
    found: list[dict[str, Any]] = application(result)["spec"]["components"]
    return found


@ONCE
@given(appfile=appfiles(), flow=st.sampled_from([None, True, False]))
def test_every_appfile_becomes_what_it_stands_for(
    convert: Convert, appfile: dict[str, Any], flow: bool | None
) -> None:
    text = yaml.safe_dump(appfile, default_flow_style=flow, allow_unicode=True, width=60)

    assert application(convert(text)) == expected(appfile)


@ONCE
@given(appfile=appfiles(), seed=st.integers())
def test_the_order_of_the_input_does_not_matter(
    convert: Convert, appfile: dict[str, Any], seed: int
) -> None:
    def mixed(value: Any) -> Any:
        if isinstance(value, list):
            return [mixed(item) for item in value]
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.Random(seed).shuffle(keys)  # noqa: S311 - no secret
        return {key: mixed(value[key]) for key in keys}

    one, other = (
        convert(yaml.safe_dump(text, sort_keys=False)) for text in (appfile, mixed(appfile))
    )
    assert application(one)
    assert one.out == other.out


def test_the_samples_are_the_same_application(convert: Convert) -> None:
    appfile = convert((SAMPLES / "appfile" / "vela.yaml").read_text())
    same = yaml.safe_load((SAMPLES / "application" / "application.yaml").read_text())

    assert application(appfile) == same


def test_without_a_type_a_service_is_a_webservice(convert: Convert) -> None:
    assert components(convert, "{web: {image: nginx}}") == [
        {"name": "web", "type": "webservice", "properties": {"image": "nginx"}}
    ]


@pytest.mark.parametrize(
    "key, value, becomes",
    [
        ("env", "[{name: A, value: b}]", "parameter"),
        ("env", "{env: {A: b}}", "trait"),
        ("volumes", "[{name: a, mountPath: /a}]", "parameter"),
        ("labels", "{team: a}", "trait"),
        ("limit", "{cpu: '1'}", "parameter"),
        ("scaler", "{replicas: 2}", "trait"),
        ("nocalhost", "{}", "trait"),
    ],
)
def test_a_mapping_under_the_name_of_a_trait_is_the_trait(
    convert: Convert, key: str, value: str, becomes: str
) -> None:
    (component,) = components(convert, f"{{web: {{image: nginx, {key}: {value}}}}}")

    as_parameter = key in component["properties"]
    as_trait = [trait["type"] for trait in component.get("traits", [])] == [key]
    assert (as_parameter, as_trait) == (becomes == "parameter", becomes == "trait")


@pytest.mark.parametrize("value", ["db", "[db, cache, db]"], ids=["one", "several"])
def test_what_a_service_waits_for_is_a_sorted_list(convert: Convert, value: str) -> None:
    found = components(
        convert,
        f"{{web: {{image: nginx, dependsOn: {value}}}, db: {{image: a}}, cache: {{image: b}}}}",
    )

    waits = {component["name"]: component.get("dependsOn") for component in found}
    assert waits == {
        "web": ["cache", "db"] if "cache" in value else ["db"],
        "db": None,
        "cache": None,
    }


def test_the_old_traits_become_those_of_today(convert: Convert) -> None:
    """The picture of the article, but for `build`."""
    text = """
name: testapp
createTime: "2020-12-01T00:00:00Z"
services:
  express-server:
    type: webservice
    image: oamdev/testapp:v1
    cmd: ["node", "server.js"]
    port: 8080
    cpu: "0.1"
    route:
      domain: example.com
      rules:
        - path: /testapp
          rewriteTarget: /
    autoscale:
      min: 1
      max: 10
      cpuPercent: 60
"""
    sample = yaml.safe_load((SAMPLES / "application" / "application.yaml").read_text())
    (component,) = sample["spec"]["components"]
    (_, gateway) = component["traits"]
    gateway["properties"]["annotations"] = {"nginx.ingress.kubernetes.io/rewrite-target": "/"}

    assert application(convert(text)) == sample


def test_a_route_without_rules_leads_everything_to_the_service(convert: Convert) -> None:
    (found,) = components(convert, "{web: {image: a, port: 80, route: {domain: example.org}}}")

    (gateway,) = found["traits"]
    assert gateway["properties"]["http"] == {"/": 80}
    assert "annotations" not in gateway["properties"]
    assert found["properties"] == {"image": "a", "ports": [{"port": 80, "expose": True}]}


@pytest.mark.parametrize(
    "text",
    [
        '{{ fail "no" }}',
        "{{ .Values | toJson }}",
        "a\n---\nkind: Secret\n",
        "---",
        "refused: |",
        "\u2028<&>\\",
        '{"unchanged":true}',
        "$(rm -rf /)",
        "%s%n",
        "*",
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_values_are_text_and_nothing_else(convert: Convert, text: str, quote: str) -> None:
    content = {"name": "testapp", "services": {"web": {"image": "nginx", "cmd": [text]}}}
    result = convert(yaml.safe_dump(content, default_style=quote))

    assert result.out.count("\n") == 1
    (component,) = application(result)["spec"]["components"]
    assert component["properties"] == {"image": "nginx", "cmd": [text]}


def test_an_appfile_may_be_json_and_have_the_line_ends_of_windows(convert: Convert) -> None:
    yaml_text = "name: testapp\nservices:\n  web:\n    image: nginx\n    cmd: |\n      a\n      b\n"
    json_text = '{\n"name": "testapp",\n"services": {"web": {"image":"nginx","cmd":"a\\nb\\n"}}}'

    assert application(convert(yaml_text.replace("\n", "\r\n"))) == application(convert(json_text))
