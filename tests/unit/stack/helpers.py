"""Short ways to load settings and to read the problems."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from errors import ConfigError
from stack import loader
from stack.settings import Settings

KUBECONFIG = {"KUBECONFIG": "/home/ann/.kube/config", "HOME": "/home/ann"}


def load(
    sections: Mapping[str, Any],
    *,
    dry_run: bool = False,
    environ: Mapping[str, str] = KUBECONFIG,
    secret: Collection[str] = (),
    seeded: bool = True,
) -> Settings:
    """Return the settings of a stack called staging; unless told otherwise it has a seed."""
    return loader.load(
        raw(with_seed(sections) if seeded else sections),
        stack="staging",
        dry_run=dry_run,
        environ=environ,
        secret_keys=[key if ":" in key else f"gitops-bootstrap:{key}" for key in secret],
    )


def raw(sections: Mapping[str, Any]) -> dict[str, str]:
    """Return sections as the engine passes them on."""
    return {
        key if ":" in key else f"gitops-bootstrap:{key}": (
            value if isinstance(value, str) else json.dumps(value)
        )
        for key, value in sections.items()
    }


def with_seed(sections: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections with a seed as a stack file has it, unless they say what it is."""
    secrets = sections.get("secrets", {})
    if isinstance(secrets, dict):
        secrets = {"credentialsSeed": {"secure": "v1:abc"}, **secrets}
    return {**sections, "secrets": secrets}


def refusal(sections: Mapping[str, Any], **options: Any) -> str:
    """Return the message that a configuration is refused with."""
    with pytest.raises(ConfigError) as caught:
        load(sections, **options)
    return str(caught.value)


def problems(sections: Mapping[str, Any], **options: Any) -> dict[str, str]:
    """Return what a configuration is refused for, by key."""
    lines = refusal(sections, **options).split("\n  ")[1:]
    return dict(line.split(": ", 1) for line in lines)


def nested(path: str, value: object) -> dict[str, Any]:
    """Return the sections in which a dotted key has a value."""
    head, _, rest = path.partition(".")
    return {head: nested(rest, value) if rest else value}
