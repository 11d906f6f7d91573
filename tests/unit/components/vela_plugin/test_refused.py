"""What the plugin refuses, and that the message leads to the place."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.appfiles import appfiles
from tests.support.converter import generate
from tests.unit.components.vela_plugin.conftest import Convert

pytestmark = pytest.mark.tools("helm")

CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("refused.yaml").read_text())
assert CASES


@pytest.mark.parametrize("title", CASES)
def test_a_doubtful_file_is_refused_with_file_line_and_field(title: str, convert: Convert) -> None:
    case = CASES[title]
    found = convert(case["text"], mode=case.get("mode", "application")).problems

    expected = sorted(case["says"], key=lambda line: int(line.split(":")[1]))
    assert len(found) == len(expected), found
    assert sorted(found) == [
        line
        for line, says in zip(sorted(found), sorted(expected), strict=True)
        if line.startswith(says)
    ]
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)


DEFECTS: dict[str, Any] = {
    "build": {"docker": {"file": "Dockerfile"}},
    "config": ["db"],
    "metrics": {"port": 8080},
    "nothing-like-it": {"a": ["b"]},
    "args": None,
    "init-container": 3,
}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(appfile=appfiles(), data=st.data(), flow=st.booleans())
def test_a_defect_is_named_wherever_it_stands(
    convert: Convert, appfile: dict[str, Any], data: st.DataObject, *, flow: bool
) -> None:
    title = data.draw(st.sampled_from(sorted(appfile["services"])))
    keys = data.draw(st.lists(st.sampled_from(sorted(DEFECTS)), min_size=1, unique=True))
    items = [*appfile["services"][title].items(), *((key, DEFECTS[key]) for key in keys)]
    appfile["services"][title] = dict(data.draw(st.permutations(items)))
    appfile["services"][title].pop("type", None)  # not every type has every key
    text = yaml.safe_dump(appfile, sort_keys=False, default_flow_style=flow, width=60)

    lines = _lines(yaml.compose(text, Loader=yaml.SafeLoader), "services", title)
    expected = {f"vela.yaml:{lines[key]}: services.{title}.{key}" for key in keys}
    found = convert(text).problems
    assert {": ".join(line.split(": ")[:2]) for line in found} == expected


def _lines(node: Any, *path: str) -> dict[str, int]:
    """Return in which line each key of a mapping below stands."""
    for name in path:
        (node,) = (value for key, value in node.value if key.value == name)
    return {key.value: key.start_mark.line + 1 for key, _ in node.value}


def test_of_a_file_full_of_problems_fifty_are_told(convert: Convert) -> None:
    """Argo CD keeps them in the application's status, and ends a plugin that takes too long."""
    keys = "".join(f"    unknown{number}: 1\n" for number in range(2000))

    found = convert(f"name: testapp\nservices:\n  web:\n    image: nginx\n{keys}").problems
    assert len(found) == 50


@pytest.mark.parametrize("mode", ["", "apply"])
def test_an_unknown_mode_is_refused(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "app"
    folder.mkdir()

    assert generate(folder, mode).problems == ["usage: generate.sh application|render"]
