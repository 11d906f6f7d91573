"""Rules for access to Argo CD, and for its projects."""

from collections.abc import Iterator, Mapping, Sequence

from components.argo_cd.rules.base import rule
from components.argo_cd.settings import ArgoCdSettings
from components.argo_cd.settings.access import Permission, ProjectPermission
from components.argo_cd.settings.projects import IN_CLUSTER
from settings.problems import Path, Problem, dotted, put, remove, suggestion

_ALL = ("get", "create", "update", "delete")

# Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/rbac.md
ACTIONS: Mapping[str, Sequence[str]] = {
    "accounts": ("get", "update"),
    "applications": (*_ALL, "sync", "override", "action"),
    "applicationsets": _ALL,
    "certificates": ("get", "create", "delete"),
    "clusters": _ALL,
    "exec": ("create",),
    "extensions": ("invoke",),
    "gpgkeys": ("get", "create", "delete"),
    "logs": ("get",),
    "projects": _ALL,
    "repositories": _ALL,
    "write-repositories": _ALL,
}
"""What can be done with each resource."""

OF_A_PROJECT = frozenset({"applications", "applicationsets", "exec", "logs"})
"""Resources whose objects are always written PROJECT/NAME."""

MAYBE_OF_A_PROJECT = frozenset({"clusters", "repositories", "write-repositories"})
"""Resources whose objects may belong to a project."""

BUILT_IN = frozenset({"admin", "readonly"})
"""Roles that Argo CD brings."""

CI = "ci"
"""The role that `argoCd.access.ci` makes."""

DEFAULT = "default"


@rule("argoCd.access.roles.*", "argoCd.projects.*")
def permissions_mean_something(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield permissions that Argo CD would take and never apply."""
    for role, permissions in argo.access.roles.items():
        for number, permission in enumerate(permissions):
            path: Path = ("argoCd", "access", "roles", role, number)
            yield from _actions(path, permission)
            yield from _project(path, permission)
    for project, given in argo.projects.items():
        for role, own in given.roles.items():
            for number, permitted in enumerate(own.permissions):
                yield from _actions(
                    ("argoCd", "projects", project, "roles", role, "permissions", number), permitted
                )


def _actions(path: Path, permission: Permission | ProjectPermission) -> Iterator[Problem]:
    known = ACTIONS[permission.resource]
    for number, action in enumerate(permission.actions):
        verb, _, detail = action.partition("/")
        fits = verb == "*" or verb in known
        # Only applications have parts, and custom actions are always parts.
        if detail and permission.resource != "applications":
            fits = False
        if verb == "action" and not detail:
            fits = False
        if not fits:
            allowed = ", ".join("action/GROUP/KIND/NAME" if a == "action" else a for a in known)
            key = dotted((*path, "actions", number))
            text = (
                f'"{action}" is not allowed for {permission.resource}; allowed: *, {allowed}. '
                f"Fix: {put(key, 'VALUE')}"
            )
            yield Problem(key, text)


def _project(path: Path, permission: Permission) -> Iterator[Problem]:
    key = dotted((*path, "project"))
    if permission.resource in OF_A_PROJECT and permission.project is None:
        text = (
            f"not set, and {permission.resource} belong to a project; allowed: the name of one, "
            f"* for all. Fix: {put(key, 'NAME')}"
        )
        yield Problem(key, text)
    known = OF_A_PROJECT | MAYBE_OF_A_PROJECT
    if permission.resource not in known and permission.project is not None:
        text = (
            f'"{permission.project}" is not allowed, as {permission.resource} belong to no '
            f"project; allowed: not set. Fix: {remove(key)}"
        )
        yield Problem(key, text)


@rule("argoCd.access.roles.*", "argoCd.access.members.*", "argoCd.access.defaultRole")
def roles_are_there(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield roles that are named and nowhere made, or made and Argo CD's own."""
    access = argo.access
    known = {*access.roles, *BUILT_IN}
    named: list[tuple[Path, str]] = [(("members", role), role) for role in access.members]
    if access.default_role:
        named.append((("defaultRole",), access.default_role))
    for path, role in named:
        if role not in known and not (role == CI and access.ci):
            text = (
                f'there is no role "{role}"; {suggestion(role, known)}allowed: '
                f"{', '.join(sorted(known))}. Fix: make it below argoCd.access.roles, or "
                f"{remove(dotted(('argoCd', 'access', *path)))}"
            )
            yield Problem(dotted(("argoCd", "access", *path)), text)
    taken = BUILT_IN | ({CI} if access.ci else set())
    for role in sorted(taken & set(access.roles)):
        key = dotted(("argoCd", "access", "roles", role))
        maker = "argoCd.access.ci makes it" if role == CI else "Argo CD brings it"
        text = f"not allowed, as {maker}; allowed: another name. Fix: rename it, or {remove(key)}"
        yield Problem(key, text)


@rule("argoCd.access.ci", "argoCd.projects.*")
def the_pipelines_have_a_project_of_their_own(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield a project of the account ci that is not made here."""
    ci, projects = argo.access.ci, argo.projects
    if ci and ci.project not in projects:
        key = "argoCd.access.ci.project"
        listed = ", ".join(sorted(projects)) or "the name of one; there is none yet"
        text = (
            f'there is no project "{ci.project}" below argoCd.projects; '
            f"{suggestion(ci.project, projects)}allowed: {listed}. "
            f"Fix: {put(f'argoCd.projects.{ci.project}.description', 'TEXT')} and its other keys, "
            f"or {put(key, 'NAME')}"
        )
        yield Problem(key, text)


def _port(pattern: str) -> str:
    """Return the port of an address of repositories, empty without one.

    Ref: NormalizeGitURL in https://github.com/argoproj/argo-cd/blob/v3.5.1/util/git/git.go
    """
    authority = pattern.partition("://")[2].partition("/")[0]
    return authority.rpartition("@")[2].partition(":")[2]


@rule("argoCd.projects.*")
def projects_are_ones_that_argo_cd_takes(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield what Argo CD finds fault with later, when a project is used.

    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/pkg/apis/application/v1alpha1/app_project_types.go
    """
    for name, project in argo.projects.items():
        here: Path = ("argoCd", "projects", name)
        if name == DEFAULT:
            text = (
                "not allowed: Argo CD makes this project, and argoCd.defaultProject says what it "
                f"allows; allowed: another name. Fix: rename it, or {remove(dotted(here))}"
            )
            yield Problem(dotted(here), text)
        destinations = [(d.cluster, d.namespace) for d in project.destinations]
        repositories = list(project.source_repositories)
        for key, items in (("destinations", destinations), ("sourceRepositories", repositories)):
            if len(set(items)) != len(items):
                path = dotted((*here, key))
                text = (
                    "an entry is repeated; allowed: each one once. "
                    "Fix: remove the others from the stack file"
                )
                yield Problem(path, text)
        for number, pattern in enumerate(repositories):
            if _port(pattern).strip("0123456789"):
                path = dotted((*here, "sourceRepositories", number))
                text = (
                    f"{pattern} has a port that is no number, and Argo CD would match nothing by "
                    "it; allowed: digits. Fix: name the port, or put ** for host and port"
                )
                yield Problem(path, text)
        for number, window in enumerate(project.sync_windows):
            if not (window.applications or window.namespaces or window.clusters):
                path = dotted((*here, "syncWindows", number))
                text = (
                    "no applications, namespaces or clusters; allowed: one of them at least. "
                    f"Fix: {put(f'{path}.applications[0]', '*')}"
                )
                yield Problem(path, text)


@rule("argoCd.clusters.*")
def clusters_can_be_logged_in_to(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield further clusters without a login, or with two, and ones that have a taken name."""
    for name, cluster in argo.clusters.items():
        key = dotted(("argoCd", "clusters", name))
        ways = [w for w in ("token_from", "aws") if getattr(cluster, w) is not None]
        if len(ways) != 1:
            text = (
                f"{'both' if ways else 'neither'} tokenFrom {'and' if ways else 'nor'} aws; "
                f"allowed: one of them. Fix: {put(f'{key}.tokenFrom', 'NAME')}"
            )
            text += f", and {remove(f'{key}.aws')}" if ways else ""
            yield Problem(key, text)
        if cluster.insecure and cluster.ca_data:
            text = (
                "true is not allowed beside caData, which is then not looked at; allowed: one of "
                f"them. Fix: {remove(f'{key}.insecure')}"
            )
            yield Problem(f"{key}.insecure", text)
        if name == IN_CLUSTER:
            text = (
                "not allowed: it is the name of the cluster that Argo CD runs in; allowed: another "
                f"name. Fix: rename it, or {remove(key)}"
            )
            yield Problem(key, text)
