"""An OAM Application goes through byte for byte, or not at all."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kube.manifests import Manifest
from tests.support import crd_schema
from tests.support.converter import CONVERTER
from tests.unit.components.vela_plugin.conftest import Convert

HEAD = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: web}\n"
PLAIN = HEAD + "spec:\n  components: [{name: web, type: webservice, properties: {image: nginx}}]\n"

JSON = """{"apiVersion": "core.oam.dev/v1beta1", "kind": "Application",
 "metadata": {"name": "web"}, "spec": {"components": [{"name": "b", "type": "c"}]}}"""


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "---\n" + PLAIN + "# the end",
        PLAIN.replace("\n", "\r\n"),
        PLAIN + '  # {{ fail "no" }}\n  policies: []\n\n\n',
        HEAD + "spec:\n  components:\n    - &web\n      name: web\n      type: webservice\n"
        "    - <<: *web\n      name: other\n      properties: &p {a: [1, 2]}\n",
        PLAIN + "  workflow:\n    steps:\n      - {name: one, type: suspend, if: always}\n",
        JSON,
        PLAIN + "status:\n  script: '--- {{ ---'\n  extra: |\n    ---\n    refused: |\n",
    ],
    ids=["plain", "marked", "windows", "templates", "anchors", "workflow", "json", "documents"],
)
def test_an_application_is_not_touched(convert: Convert, text: str) -> None:
    result = convert(text, name="application.yaml")

    assert result.err == ""
    assert (result.code, result.out) == (0, text)


SCHEMA = yaml.safe_load((CONVERTER / "chart" / "values.yaml").read_text())["application"]
JUNK: list[Any] = [3, True, "text", [], {}, ["text"], {"name": "text"}, {"more": 1}]


def fitting(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that fit a schema."""
    if schema["type"] == "string":
        return st.sampled_from(["web", "db", "a-1"])
    if schema["type"] == "array":
        return st.lists(fitting(schema["items"]), min_size=1, max_size=2)
    inner = {key: fitting(part) for key, part in schema.get("properties", {}).items()}
    if not inner:
        return st.dictionaries(st.sampled_from(["a", "b/c"]), st.just("text"), max_size=2)
    needed = schema.get("required", [])
    return st.fixed_dictionaries(
        {key: inner[key] for key in needed},
        optional={key: part for key, part in inner.items() if key not in needed},
    )


@st.composite
def applications(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an Application in which something is wrong, if it matters at all."""
    spec = draw(fitting(SCHEMA["properties"]["spec"]))
    application = {**yaml.safe_load(HEAD), "spec": spec}
    part: Any = application
    while True:
        places: list[Any] = list(part) if isinstance(part, dict) else list(range(len(part)))
        place = draw(st.sampled_from([*places, "other"] if isinstance(part, dict) else places))
        inner = part[place] if place in places else None
        if not (isinstance(inner, dict | list) and inner) or not draw(st.integers(0, 4)):
            part[place] = draw(st.sampled_from(JUNK))
            return application
        part = inner


@pytest.fixture
def unfit(crds: list[Manifest]) -> Callable[[Any], list[str]]:
    """Return what tells what the real schema has against an Application."""
    schema = crd_schema.schema_of(crds, "core.oam.dev/v1beta1", "Application")
    return lambda application: list(crd_schema.problems(application, schema))


@settings(
    max_examples=12,  # each is one run of helm
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(application=applications())
def test_what_is_accepted_fits_the_schema_and_what_is_refused_is_named(
    convert: Convert, unfit: Callable[[Any], list[str]], application: dict[str, Any]
) -> None:
    result = convert(yaml.safe_dump(application, sort_keys=False))

    if result.code == 0:
        assert not unfit(application)
        return
    for line in result.problems:
        assert re.match(r"vela\.yaml:[1-9][0-9]*: [a-z][A-Za-z0-9./-]*: ", line)
