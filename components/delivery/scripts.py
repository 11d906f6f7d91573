"""The scripts of the steps: files of their own, which the tests run as they are."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "scripts"
STEPS = ("set-image", "sync", "wait")
"""The steps of a delivery, in order."""


def load() -> Mapping[str, str]:
    """Return the script of each step: the common beginning, then the step's own file."""
    common = (FOLDER / "lib.sh").read_text("utf-8")
    return {step: "\n".join((common, (FOLDER / f"{step}.sh").read_text("utf-8"))) for step in STEPS}
