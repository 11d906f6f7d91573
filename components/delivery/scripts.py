"""The scripts of the steps: files of their own, which the tests run as they are."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "scripts"
STEPS = ("set-image", "sync", "wait")
"""The steps of a delivery, in order."""

CHECK_BUILD = "check-build"
ASK_FOR_DELIVERY = "ask-for-delivery"
"""The platform's own steps of a build: the first one, and the last one."""

_PARTS = {
    **{step: ("sh", "checks", "lib", step) for step in STEPS},
    CHECK_BUILD: ("sh", "checks", CHECK_BUILD),
    ASK_FOR_DELIVERY: ("bash", "checks", ASK_FOR_DELIVERY),
}


def load() -> Mapping[str, str]:
    """Return the script of each step: the files that it is joined of, behind the shell's name."""
    return {
        step: "\n".join((f"#!/usr/bin/env {shell}", *(_text(name) for name in files)))
        for step, (shell, *files) in _PARTS.items()
    }


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sh").read_text("utf-8")
