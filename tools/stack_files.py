"""The project's and the stacks' files, read as the engine reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from components.shared.credentials.settings import SEED
from errors import ConfigError
from settings.secrets import SECTION

NAMESPACE = "gitops-bootstrap:"
SECRET = "[secret]"  # noqa: S105 - what stands for an encrypted value


def stacks(root: Path) -> list[str]:
    """Return the names of the stacks that have a file in the checkout."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def read_stack_file(root: Path, stack: str) -> dict[str, Any]:
    """Return the content of the stack file; ConfigError, naming those there are, when missing."""
    path = root / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        msg = f'there is no stack "{stack}" (no {path.name}); stacks: {", ".join(stacks(root))}'
        raise ConfigError(msg)
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def raw_config(root: Path, stack: str) -> dict[str, str]:
    """Return the configuration of a stack as the program gets it: full keys to strings.

    Defaults of Pulumi.yaml first, then the stack file. An encrypted value stays hidden.
    """
    project = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))
    values: dict[str, Any] = {}
    for key, entry in (project.get("config") or {}).items():
        full = key if ":" in key else NAMESPACE + key
        if isinstance(entry, dict) and ("default" in entry or "value" in entry):
            values[full] = entry.get("default", entry.get("value"))
    values |= read_stack_file(root, stack).get("config") or {}
    return {key: _as_string(value) for key, value in values.items()}


def with_seed(config: Mapping[str, str]) -> dict[str, str]:
    """Return the configuration with a placeholder where the stack file has no seed.

    For what never reaches a cluster, and for local targets, which make a seed of their own.
    """
    key = NAMESPACE + SECTION
    try:
        secrets = {SEED: {"secure": ""}, **json.loads(config.get(key, "{}"))}
    except (TypeError, ValueError):
        return dict(config)  # no map: refused with the rest of what is wrong
    return {**config, key: json.dumps(secrets)}


def _as_string(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"secure"}:
        return SECRET
    return value if isinstance(value, str) else json.dumps(value)
