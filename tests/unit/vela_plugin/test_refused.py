"""What the plugin refuses, and that the message leads to the place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.converter import generate
from tests.unit.vela_plugin.conftest import Convert

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


@pytest.mark.parametrize("mode", ["", "apply"])
def test_an_unknown_mode_is_refused(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "app"
    folder.mkdir()

    assert generate(folder, mode).problems == ["usage: generate.sh application|render"]
