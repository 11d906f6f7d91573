"""What Pulumi hands to the program for a shipped stack: project defaults under the stack file."""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def project() -> dict[str, Any]:
    """Return Pulumi.yaml."""
    return _document(ROOT / "Pulumi.yaml")


def shipped_stacks() -> list[str]:
    """Return the names of the stacks with a file in the tree; never none."""
    stacks = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
    if not stacks:
        message = f"no stack file in {ROOT}"
        raise AssertionError(message)
    return stacks


def raw_config(stack: str) -> dict[str, str]:
    """Return the configuration of a stack as raw texts by full key, as the engine passes it on."""
    name = project()["name"]
    values: dict[str, Any] = {}
    for key, entry in project()["config"].items():
        full_key = key if ":" in key else f"{name}:{key}"
        values[full_key] = entry["value"] if "value" in entry else entry["default"]
    values |= _document(ROOT / f"Pulumi.{stack}.yaml").get("config") or {}
    return {key: _raw(value) for key, value in values.items()}


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def _raw(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
