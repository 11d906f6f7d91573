"""Kinds of sandbox: how their control planes differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Flavour:
    """One kind of sandbox."""

    name: str
    """Also the default name of a sandbox of this kind."""
    extra_args: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Component -> flag without dashes -> value."""
    config: Path | None = None
    """A kwokctl configuration, for instance with Stages: any Stage replaces all of the defaults."""


PLAIN = Flavour(
    name="plain",
    extra_args={
        # Pods are simulated, so no webhook backend would ever answer.
        "kube-apiserver": {
            "disable-admission-plugins": "MutatingAdmissionWebhook,ValidatingAdmissionWebhook"
        }
    },
)

FLAVOURS = {flavour.name: flavour for flavour in (PLAIN,)}
