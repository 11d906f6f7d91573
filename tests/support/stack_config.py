"""The shipped stack files, as the tools read them: see tools/stack_files.py."""

from pathlib import Path
from typing import Any

import yaml

from tools import stack_files

ROOT = Path(__file__).resolve().parents[2]


def project() -> dict[str, Any]:
    """Return Pulumi.yaml."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    return document


def shipped_stacks() -> list[str]:
    """Return the names of the stacks with a file in the tree; never none."""
    stacks = stack_files.stacks(ROOT)
    if not stacks:
        message = f"no stack file in {ROOT}"
        raise AssertionError(message)
    return stacks


def raw_config(stack: str) -> dict[str, str]:
    """Return the configuration of a stack as raw texts by full key, as the engine passes it on.

    The shipped stack files have no seed: each platform has its own.
    """
    return stack_files.with_seed(stack_files.raw_config(ROOT, stack))
