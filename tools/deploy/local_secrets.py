"""The secret values of a local target: made at random, kept with its state, known to nobody else.

The stack file's own were encrypted with a key that a local target does not have.
"""

import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation as auto

from components.shared.credentials.settings import SEED
from errors import ToolError
from settings.secrets import SECTION
from tools.stack_files import NAMESPACE, read_stack_file

KEY = NAMESPACE + SECTION


def provide(stack: auto.Stack, root: Path) -> None:
    """Give the stack a seed, and a value for each secret that the stack file at `root` names.

    What is there already stays. ToolError when the CLI refuses.
    """
    folder = Path(str(stack.workspace.work_dir))
    wanted = dict.fromkeys([SEED, *_names(read_stack_file(root, stack.name))])
    present = _names(read_stack_file(folder, stack.name))
    for name in wanted:
        if name not in present:
            # Of a form that every setting takes which is checked for more than being there.
            put(stack, name, secrets.token_urlsafe(32))


def put(stack: auto.Stack, name: str, value: str) -> None:
    """Have the CLI encrypt a value and write it to the stack file below its folder.

    The Automation API would pass it on the command line, which everybody on the machine can read.
    """
    workspace = stack.workspace
    result = subprocess.run(
        [
            *(workspace.pulumi_command.command, "--non-interactive", "config", "set"),
            *("--secret", "--path", f"{KEY}.{name}", "--stack", stack.name),
        ],
        cwd=workspace.work_dir,
        env={**os.environ, **workspace.env_vars},
        input=value,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise ToolError(f"secret {name} cannot be stored:\n{result.stderr.strip()}")


def kept(stack_file: Path) -> dict[str, Any]:
    """Return what a copied stack file has of its own: the salt and the secrets, encrypted."""
    if not stack_file.exists():
        return {}
    content = yaml.safe_load(stack_file.read_text(encoding="utf-8")) or {}
    own = {k: v for k, v in content.items() if k == "encryptionsalt"}
    config = {k: v for k, v in (content.get("config") or {}).items() if k == KEY}
    return {**own, "config": config}


def without_secrets(stack_file: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a stack file without its secrets and the way to decrypt them."""
    config = {k: v for k, v in (stack_file.get("config") or {}).items() if k != KEY}
    keys = {"encryptionsalt", "encryptedkey", "secretsprovider"}
    return {**{k: v for k, v in stack_file.items() if k not in keys}, "config": config}


def _names(stack_file: Mapping[str, Any]) -> list[str]:
    section = (stack_file.get("config") or {}).get(KEY)
    return [name for name in section if name != "secure"] if isinstance(section, dict) else []
