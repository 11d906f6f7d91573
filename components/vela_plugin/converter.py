"""The plugin's files: the converter as it lies beside this module, and its definition."""

import json
from pathlib import Path
from typing import Any

from components.vela_plugin.args import VelaPluginArgs

HOME = "/home/argocd/vela-plugin"
"""Where the files lie in the container."""

_FOLDER = Path(__file__).with_name("converter")


def converter() -> dict[str, str]:
    """Return the files of the converter: path below HOME -> content."""
    return {
        path.relative_to(_FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_FOLDER.rglob("*"))
        if path.is_file()
    }


def command(mode: str) -> list[str]:
    """Return the generate command."""
    return ["sh", f"{HOME}/generate.sh", mode]


def plugin_yaml(mode: str) -> str:
    """Return the definition that the plugin server reads.

    Without `spec.version`, which would be part of the name; without discovery, which would run for
    every repository: applications choose the plugin by its name.
    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/config-management-plugins.md
    """
    definition: dict[str, Any] = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ConfigManagementPlugin",
        "metadata": {"name": "vela"},
        "spec": {"generate": {"command": command(mode)}},
    }
    return json.dumps(definition, indent=2) + "\n"


def values_json(args: VelaPluginArgs) -> str:
    """Return the settings of the converter's chart; what is not given keeps what the chart has."""
    given = {
        "traits": args.get("traits"),
        "moreTraits": args.get("more_traits"),
        "components": args.get("components"),
    }
    return json.dumps({name: v for name, v in given.items() if v}, sort_keys=True) + "\n"
