"""Replicas and resources of Argo CD's components."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section
from settings.resources import Resources

ComponentName = Literal[
    "application-controller",
    "applicationset-controller",
    "dex-server",
    "notifications-controller",
    "redis",
    "repo-server",
    "server",
]
"""A component, as the label app.kubernetes.io/component of the release names it."""

SCALABLE = ("application-controller", "repo-server", "server")
"""Components that can have several pods without more ado."""


class Component(Section):
    """One component of Argo CD."""

    replicas: Annotated[int, Field(ge=1, le=9)] | None = None
    """Number of pods of application-controller, repo-server or server; not set: the release's."""

    resources: Resources = Field(default_factory=Resources)
    """Requests and limits of its container; the release has none."""
