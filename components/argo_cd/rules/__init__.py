"""Rules over Argo CD's section: a file per thing."""

from components.argo_cd.rules import (  # noqa: F401 importing a file of rules registers them
    access,
    installation,
    repositories,
    server,
)
from components.argo_cd.rules.base import rule

__all__ = ["rule"]
