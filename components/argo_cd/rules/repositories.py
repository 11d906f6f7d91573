"""Rules for repositories and the credentials for them."""

from collections.abc import Iterator

from components.argo_cd.rules.base import rule
from components.argo_cd.settings import ArgoCdSettings
from components.argo_cd.settings.repositories import CredentialsTemplate
from settings.problems import Path, Problem, dotted, put, remove

WAYS = {
    "password_from": "passwordFrom",
    "bearer_token_from": "bearerTokenFrom",
    "ssh_private_key_from": "sshPrivateKeyFrom",
    "github_app": "githubApp",
}
"""The ways to log in, by field, as the stack file has them."""


@rule("argoCd.repositories.*", "argoCd.repositoryCredentials.*")
def repositories_can_be_logged_in_to(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield credentials that do not fit each other or the address."""
    for name, repository in argo.repositories.items():
        yield from _credentials(("argoCd", "repositories", name), repository)
    for name, template in argo.repository_credentials.items():
        path: Path = ("argoCd", "repositoryCredentials", name)
        yield from _credentials(path, template)
        if not _ways(template):
            text = (
                f"no credentials; allowed: one of {', '.join(WAYS.values())}. "
                f"Fix: {put(f'{dotted(path)}.passwordFrom', 'NAME')}"
            )
            yield Problem(dotted(path), text)


@rule("argoCd.repositories.*", "argoCd.repositoryCredentials.*")
def addresses_are_given_once(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield addresses that two entries have: Argo CD would take either."""
    for section in ("repositories", "repository_credentials"):
        seen: dict[tuple[str, str | None], str] = {}
        key = "repositories" if section == "repositories" else "repositoryCredentials"
        for name, entry in getattr(argo, section).items():
            # The same repository may be registered once for each project.
            address = (entry.url.removesuffix(".git").rstrip("/"), getattr(entry, "project", None))
            if other := seen.get(address):
                path = dotted(("argoCd", key, name))
                text = (
                    f'the address is that of "{other}", too; allowed: each address once. '
                    f"Fix: {remove(path)}"
                )
                yield Problem(path, text)
            seen[address] = name


def _ways(entry: CredentialsTemplate) -> list[str]:
    return [key for field, key in WAYS.items() if getattr(entry, field) is not None]


def _credentials(path: Path, entry: CredentialsTemplate) -> Iterator[Problem]:
    key = dotted(path)
    ways = _ways(entry)
    if len(ways) > 1:
        removals = " or ".join(remove(f"{key}.{way}") for way in ways)
        text = f"{' and '.join(ways)} are set; allowed: one of them. Fix: {removals}"
        yield Problem(key, text)
    if entry.username and not entry.password_from:
        text = (
            f'"{entry.username}" has no password; allowed: together with passwordFrom. '
            f"Fix: {put(f'{key}.passwordFrom', 'NAME')}, or {remove(f'{key}.username')}"
        )
        yield Problem(f"{key}.username", text)
    yield from _address(key, entry, ways)


def _address(key: str, entry: CredentialsTemplate, ways: list[str]) -> Iterator[Problem]:
    scheme = _scheme(entry.url)
    allowed = {
        "git": ("https", "http", "ssh", "file"),
        "helm": ("https", "http", ""),
        "oci": ("oci",),
    }
    if scheme not in allowed[entry.type]:
        named = ", ".join(f"{s}://" if s else "HOST/PATH" for s in allowed[entry.type])
        text = (
            f'"{entry.url}" is no address for type {entry.type}; allowed: {named}. '
            f"Fix: {put(f'{key}.url', 'URL')}, or {put(f'{key}.type', 'TYPE')}"
        )
        yield Problem(f"{key}.url", text)
        return
    keys_only = scheme == "ssh"
    wrong = [way for way in ways if (way == "sshPrivateKeyFrom") != keys_only]
    for way in wrong:
        text = (
            f"not allowed for {'an ssh' if keys_only else 'this'} address; allowed: "
            f"{'sshPrivateKeyFrom' if keys_only else 'another way to log in'}. "
            f"Fix: {remove(f'{key}.{way}')}"
        )
        yield Problem(f"{key}.{way}", text)


def _scheme(url: str) -> str:
    """Return the scheme of an address; `ssh` also for USER@HOST:PATH, nothing for HOST/PATH."""
    scheme, found, _ = url.partition("://")
    if found:
        return scheme
    return "ssh" if "@" in url else ""
