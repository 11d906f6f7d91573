"""The resource actions below actions/ as Argo CD takes them: one text per kind.

A file `<group>/<Kind>.lua` says where a kind has its switches, `discovery.lua` which actions an
object has now, and each other file is an action. Argo CD has no `require` from one script to
another: each is rendered with the prelude and the kind's file before it.
Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/resource_actions.md
"""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "actions"
NAMES = ("pause", "release-partition", "restart", "resume")


def actions() -> Mapping[str, str]:
    """Return the value of the customization `actions` by GROUP/KIND, sorted."""
    return {kind: _yaml(texts) for kind, texts in scripts().items()}


def scripts() -> Mapping[str, Mapping[str, str]]:
    """Return what Argo CD runs, by GROUP/KIND, sorted, and by action, or `discovery`."""
    prelude = _code(FOLDER / "prelude.lua")
    parts = {name: _code(FOLDER / f"{name}.lua") for name in ("discovery", *NAMES)}
    return {
        f"{path.parent.name}/{path.stem}": {
            name: prelude + _code(path) + part for name, part in parts.items()
        }
        for path in sorted(FOLDER.glob("*/*.lua"))
    }


def _code(path: Path) -> str:
    """Return a script without comments and empty lines: it stands in argocd-cm many times."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"\s*(--|$)", line))


def _yaml(texts: Mapping[str, str]) -> str:
    definitions = [{"name": name, "action.lua": texts[name]} for name in NAMES]
    value = {
        "mergeBuiltinActions": True,
        "discovery.lua": texts["discovery"],
        "definitions": definitions,
    }
    return yaml.dump(value, Dumper=_LineByLine, sort_keys=False)


class _LineByLine(yaml.SafeDumper):
    """Shows a script as it is written: a preview shows every line that changes."""


_LineByLine.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)
