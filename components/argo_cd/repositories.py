"""Repositories and the credentials for them, as the Secrets that Argo CD reads.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/declarative-setup.md
"""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from kube.manifests import Manifest, opaque_secret, sole, with_config_map_data

KNOWN_HOSTS = "argocd-ssh-known-hosts-cm"
CERTIFICATES = "argocd-tls-certs-cm"

LABEL = "argocd.argoproj.io/secret-type"
"""By its value Argo CD knows what a Secret is for."""


class GithubAppArgs(TypedDict):
    """A GitHub App that is installed where the repositories are."""

    id: int
    """Number of the app."""

    installation_id: int
    """Number of the installation."""

    private_key: str
    """Its private key, PEM."""

    base_url: NotRequired[str]
    """API address of a GitHub of one's own."""


class CredentialsArgs(TypedDict):
    """How to log in to every repository whose address begins with one."""

    url: str
    """Address, or the beginning of addresses."""

    type: NotRequired[str]
    """`git`, the default, `helm` or `oci`."""

    username: NotRequired[str]
    """User name for the password."""

    password: NotRequired[str]
    """Password or access token."""

    bearer_token: NotRequired[str]
    """Token that is sent as it is."""

    ssh_private_key: NotRequired[str]
    """Private key, PEM."""

    github_app: NotRequired[GithubAppArgs]
    """A GitHub App."""

    insecure: NotRequired[bool]
    """Do not verify the server's certificate or host key."""


class RepositoryArgs(CredentialsArgs):
    """One repository."""

    project: NotRequired[str]
    """The only AppProject that may use it; any by default."""


def repository(name: str, given: RepositoryArgs) -> Manifest:
    """Return the Secret that registers a repository."""
    data = _data(given)
    if given.get("type") == "helm":
        data["name"] = name
    if project := given.get("project"):
        data["project"] = project
    return opaque_secret(f"repo-{name}", data, {LABEL: "repository"})


def credentials(name: str, given: CredentialsArgs) -> Manifest:
    """Return the Secret that holds credentials for a group of repositories."""
    return opaque_secret(f"repo-creds-{name}", _data(given), {LABEL: "repo-creds"})


def with_known_hosts(manifests: Sequence[Manifest], lines: Sequence[str]) -> list[Manifest]:
    """Return the manifests with host keys of SSH servers after those of the release."""
    if not lines:
        return list(manifests)
    entry = "ssh_known_hosts"
    released = sole(manifests, "ConfigMap", KNOWN_HOSTS)["data"][entry].splitlines()
    text = "".join(f"{line}\n" for line in dict.fromkeys([*released, *lines]))
    return with_config_map_data(manifests, KNOWN_HOSTS, {entry: text})


def _data(given: CredentialsArgs) -> dict[str, str]:
    kind = given.get("type", "git")
    app: dict[str, Any] = {**(given.get("github_app") or {})}
    insecure = given.get("insecure")
    values = {
        "type": kind,
        "url": given["url"],
        # The user name means nothing without a password; with a token, any does.
        "username": given.get("username", "git") if given.get("password") else None,
        "password": given.get("password"),
        "bearerToken": given.get("bearer_token"),
        "sshPrivateKey": given.get("ssh_private_key"),
        "githubAppID": app.get("id"),
        "githubAppInstallationID": app.get("installation_id"),
        "githubAppPrivateKey": app.get("private_key"),
        "githubAppEnterpriseBaseUrl": app.get("base_url"),
        "insecure": "true" if insecure else None,
        # A chart repository without a scheme is one in a container registry.
        "enableOCI": "true" if kind == "helm" and "://" not in given["url"] else None,
    }
    return {key: str(value) for key, value in values.items() if value is not None}
