"""Render the comment that the documentation shows: of a real change of the stack prod.

The change is docs/images/preview-comment.yaml; both sides are rendered from the program, as
`make diff` does it, without the inside of charts. `make docs` draws the picture of what this
prints.

Exit codes: 0 rendered, 1 the configuration or an artifact is not in order.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pulumi
import yaml

from errors import PlatformError
from tools import entry
from tools.object_diff import Section, compare, document
from tools.stack_files import raw_config, with_seed
from tools.upgrade_diff import rendered_objects

ROOT = Path(__file__).resolve().parents[1]
STACK = "prod"
CHANGE = ROOT / "docs/images/preview-comment.yaml"


def main() -> int:
    """Print the comment."""
    os.chdir(ROOT)
    os.environ.pop("KUBECONFIG", None)
    try:
        print(example_comment(), end="")
    except (PlatformError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def example_comment() -> str:
    """Return the Markdown."""
    before = with_seed(raw_config(ROOT, STACK))
    change: dict[str, dict[str, Any]] = yaml.safe_load(CHANGE.read_text("utf-8"))
    after = before | {
        key: json.dumps(json.loads(before.get(key, "{}")) | section)
        for key, section in change.items()
    }
    sides = [rendered_objects(config, STACK, None) for config in (before, after)]
    return document(
        [Section(STACK, tuple(compare(*sides)), ("rendered without cluster and state",))]
    )


if __name__ == "__main__":
    entry.run(main)
