"""The page that compares three scripts for CloneSet says what ours really says."""

from pathlib import Path

import pytest
import yaml

from components.health_checks.scripts import HOLDS, Kind
from tests.health.conftest import Scripts
from tests.health.tables import merged

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "cloneset-health.md"
CLONE_SET = Kind("apps.kruise.io", "CloneSet")
BEGIN, END = "<!-- table -->\n", "<!-- /table -->\n"


def test_the_page_shows_the_verdicts_of_our_script(
    script: Scripts, request: pytest.FixtureRequest
) -> None:
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    expected = before + BEGIN + table(script) + END + after
    if request.config.getoption("--update-snapshots"):
        PAGE.write_text(expected, encoding="utf-8")

    assert PAGE.read_text("utf-8") == expected


def table(script: Scripts) -> str:
    """Return the table of the page; a verdict that depends on the setting is shown as both."""
    content = yaml.safe_load(Path(__file__).with_name("comparison.yaml").read_text("utf-8"))
    lines = ["| situation | original | built-in | ours | what ours says |", "| --- " * 5 + "|"]
    for case in content["cases"]:
        obj = merged(content["base"], case["object"])
        verdicts = [script(CLONE_SET, hold).judge(obj) for hold in HOLDS]
        ours = " or ".join(dict.fromkeys(verdict.status for verdict in verdicts))
        cells = (case["name"], case["original"], case["builtIn"], ours, verdicts[0].message)
        lines.append(f"| {' | '.join(cells)} |")
    return "".join(f"{line}\n" for line in lines)
