"""Every unit on disk is known where units are listed, and the root has few packages."""

import tomllib

from stack import rules
from tests.support.stack_config import ROOT

NO_UNITS = {"shared"}
MOST_PACKAGES = 8


def folders(place: str) -> set[str]:
    return {path.name for path in (ROOT / place).iterdir() if any(path.glob("*.py"))}


def test_every_unit_on_disk_is_in_the_contract_of_the_layers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = [c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    named = {
        module.strip().removeprefix("components.")
        for layer in layers["layers"]
        if "components." in layer
        for module in layer.split("|")
    }

    assert named == folders("components")
    assert len(named - NO_UNITS) == 9


def test_the_rules_of_every_unit_are_asked() -> None:
    written = {path.parts[-2] for path in (ROOT / "components").glob("*/rules*")}

    assert written
    assert {name for name in vars(rules) if name.startswith("of_")} == {f"of_{u}" for u in written}


def test_the_root_has_few_packages() -> None:
    assert len(folders(".")) <= MOST_PACKAGES
