"""Builds of the images that are delivered."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section
from settings.fields import ConfigMapValue, DnsLabel, MemoryQuantity
from settings.secrets import SecretName

GIT_CLONE = "ghcr.io/tektoncd-catalog/git-clone/bundle:v1.7.0"
"""Bundle with the catalogue's task git-clone.

Ref: https://github.com/tektoncd-catalog/git-clone
"""

BundleReference = Annotated[
    str,
    Field(
        pattern=(
            r"^[A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+"
            r"(:v?[0-9]+(\.[0-9]+){1,2}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$"
        ),
        max_length=512,
        examples=["registry.example.com/tekton/buildah:0.9"],
    ),
]
"""A Tekton bundle by version or by digest; nothing that floats."""

TaskName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", max_length=63, examples=["buildah"]),
]
"""Name of a task in a bundle."""

TaskParameter = Annotated[
    str, Field(pattern=r"^[A-Za-z_][-_A-Za-z0-9]*$", max_length=63, examples=["DOCKERFILE"])
]
"""Name of a task's parameter."""


class CloneTask(Section):
    """The task that clones a commit."""

    bundle: BundleReference = GIT_CLONE
    """The bundle with the task."""

    task: TaskName = "git-clone"
    """Its name in the bundle."""

    parameters: dict[TaskParameter, ConfigMapValue] = {}
    """Its parameters, but for `url` and `revision`."""


class BuilderTask(Section):
    """The task that builds an image and pushes it."""

    bundle: BundleReference
    """The bundle with the task."""

    task: TaskName
    """Its name in the bundle."""

    parameters: dict[TaskParameter, ConfigMapValue] = {}
    """Its parameters, but for `IMAGE`."""


class BuildSettings(Section):
    """Builds of the image before it is delivered."""

    namespace: DnsLabel | None = None
    """Namespace of the builds; NAME-build if it is not set. The program creates it."""

    pod_security: Literal["baseline", "privileged", "restricted"] = "baseline"
    """Pod Security level of that namespace: what the tasks of the bundles need."""

    clone: CloneTask = Field(default_factory=CloneTask)
    """The task that clones a commit."""

    builder: BuilderTask
    """The task that builds an image and pushes it."""

    registry_from: SecretName | None = None
    """Secret with the content of a Docker `config.json`: credentials of registries."""

    git_from: SecretName | None = None
    """Secret with the content of a `.git-credentials`: `https://USER:TOKEN@HOST`."""

    storage: MemoryQuantity = "1Gi"
    """Size of the volume that a build's sources are on."""

    timeout_seconds: Annotated[int, Field(ge=60, le=14_400)] = 1800
    """How long the builder may take."""
