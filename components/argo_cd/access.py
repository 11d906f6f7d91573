"""Who may do what in Argo CD: roles and their members as data, rendered to casbin's CSV.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/rbac.md
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

from errors import ManifestError

CI_ACCOUNT = "ci"
"""Name of the account that pipelines use, and of its role."""


class PermissionArgs(TypedDict):
    """Some actions on some objects of one resource."""

    resource: str
    """What Argo CD calls it: applications, logs, clusters."""

    actions: Sequence[str]
    """Names of actions; `*` is all of them."""

    project: NotRequired[str]
    """The AppProject of the objects, for resources that belong to one; `*` is any."""

    object: NotRequired[str]
    """Name of the object; `*`, the default, is any."""

    effect: NotRequired[str]
    """`allow`, the default, or `deny`, which wins."""


class AccessArgs(TypedDict):
    """Who may do what."""

    default_role: NotRequired[str]
    """The role of whoever is logged in and has no other; empty, the default: no rights."""

    scopes: NotRequired[Sequence[str]]
    """Claims of an identity token that name groups; `groups` by default."""

    roles: NotRequired[Mapping[str, Sequence[PermissionArgs]]]
    """Permissions by the name of a role."""

    members: NotRequired[Mapping[str, Sequence[str]]]
    """Groups and accounts by the name of a role; also of the built-in ones, admin and readonly."""


class CiArgs(TypedDict):
    """The account that pipelines use: it can get and sync the applications of one project."""

    project: str
    """Name of the AppProject."""

    manage: NotRequired[bool]
    """Let it create and change these applications, too."""


def rbac_entries(access: AccessArgs, ci: CiArgs | None = None) -> dict[str, str]:
    """Return the entries of argocd-rbac-cm.

    The default role is always declared: whoever has no role has no rights.
    """
    default = access.get("default_role")
    entries = {"policy.default": _role(default) if default else ""}
    if scopes := access.get("scopes"):
        entries["scopes"] = f"[{', '.join(scopes)}]"
    if policy := policy_csv(access, ci):
        entries["policy.csv"] = policy
    return entries


def policy_csv(access: AccessArgs, ci: CiArgs | None = None) -> str:
    """Return the policy, a line for each action and each member, in the order of the arguments.

    Raises ManifestError for a name that the format cannot hold.
    """
    return "".join(f"{line}\n" for line in _lines(access, ci))


def ci_permissions(ci: CiArgs) -> list[PermissionArgs]:
    """Return what the CI account may do, and no more: nothing outside its project."""
    actions = ["get", "sync", *(["create", "update"] if ci.get("manage") else [])]
    return [{"resource": "applications", "actions": actions, "project": ci["project"]}]


def permission_lines(subject: str, permissions: Sequence[PermissionArgs]) -> Iterator[str]:
    """Yield a line for each action of each permission."""
    for permission in permissions:
        name, project = permission.get("object", "*"), permission.get("project")
        target = name if project is None else f"{project}/{name}"
        for action in permission["actions"]:
            effect = permission.get("effect", "allow")
            yield _line("p", subject, permission["resource"], action, target, effect)


def _lines(access: AccessArgs, ci: CiArgs | None) -> Iterator[str]:
    roles = dict(access.get("roles") or {})
    members = dict(access.get("members") or {})
    if ci:
        roles[CI_ACCOUNT], members[CI_ACCOUNT] = ci_permissions(ci), [CI_ACCOUNT]
    for name, permissions in roles.items():
        yield from permission_lines(_role(name), permissions)
    for name, subjects in members.items():
        for subject in subjects:
            yield _line("g", subject, _role(name))


def _role(name: str) -> str:
    return f"role:{name}"


def _line(*cells: str) -> str:
    for cell in cells:
        # The reader takes cells apart at commas, unquotes them and trims what leads.
        if not cell or cell != cell.strip() or any(c in cell for c in ',"\r\n'):
            raise ManifestError(f"{cell!r} cannot be part of a policy: comma, quote or line break")
    return ", ".join(cells)
