"""Who may do what in Argo CD."""

from typing import Annotated, Literal

from pydantic import Field

from components.argo_cd.settings.fields import (
    Action,
    ObjectPattern,
    PolicyName,
    ProjectPattern,
    RoleName,
)
from settings.base import Section
from settings.fields import DnsSubdomain

Effect = Literal["allow", "deny"]

ProjectResource = Literal[
    "applications", "applicationsets", "clusters", "exec", "logs", "repositories"
]
"""What belongs to a project."""

Resource = Literal[
    "accounts",
    "applications",
    "applicationsets",
    "certificates",
    "clusters",
    "exec",
    "extensions",
    "gpgkeys",
    "logs",
    "projects",
    "repositories",
    "write-repositories",
]

Actions = Annotated[list[Action], Field(min_length=1)]


class Permission(Section):
    """Some actions on some objects of one resource."""

    resource: Resource
    """What the objects are."""

    actions: Actions
    """What may be done: get, create, update, delete, sync, override, action/..., invoke."""

    project: ProjectPattern | None = None
    """The AppProject of the objects; needed for applications, applicationsets, logs and exec."""

    object: PolicyName = "*"
    """Name of the object, of repositories and clusters the address; `*`: any."""

    effect: Effect = "allow"
    """A denial wins over what any role allows."""


class ProjectPermission(Section):
    """Some actions on some objects of a project."""

    resource: ProjectResource
    """What the objects are."""

    actions: Actions
    """What may be done."""

    object: ObjectPattern = "*"
    """Name of the object; `*`: any of the project."""

    effect: Effect = "allow"
    """A denial wins over what any role allows."""


class CiAccess(Section):
    """What the account ci of the pipelines may do: get and sync applications of one project."""

    project: DnsSubdomain
    """The AppProject; one of `argoCd.projects`."""

    manage: bool = False
    """Let it create and change applications there, too."""


class AccessSettings(Section):
    """Who may do what in Argo CD: roles, and who has them."""

    default_role: RoleName | None = None
    """Role of whoever is logged in and has no other; nothing may be done without one."""

    scopes: Annotated[list[PolicyName], Field(min_length=1)] = ["groups"]
    """Claims of an identity token that name groups."""

    roles: dict[RoleName, list[Permission]] = {}
    """Permissions by role."""

    members: dict[RoleName, list[PolicyName]] = {}
    """Groups and accounts by role; also of the built-in roles `admin` and `readonly`."""

    ci: CiAccess | None = None
    """What the account ci may do; nothing if it is not set."""
