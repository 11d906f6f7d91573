"""Repositories: credentials that fit each other and the address, and none in an address."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, problems

SECRETS = {"secrets": {"token": "x", "key": "y"}}
HTTPS = "https://git.example.com/team/app.git"
SSH = "git@git.example.com:team/app.git"


def sections(entry: dict[str, Any], key: str = "repositories") -> dict[str, Any]:
    return {"argoCd": {key: {"app": entry}}, **SECRETS}


@pytest.mark.parametrize(
    "entry",
    [
        {"url": HTTPS},
        {"url": HTTPS, "passwordFrom": "token"},
        {"url": HTTPS, "username": "ann", "passwordFrom": "token"},
        {"url": HTTPS, "bearerTokenFrom": "token"},
        {"url": HTTPS, "githubApp": {"id": 1, "installationId": 2, "privateKeyFrom": "key"}},
        {"url": SSH, "sshPrivateKeyFrom": "key"},
        {"url": "ssh://git@git.example.com:2222/team/app.git", "sshPrivateKeyFrom": "key"},
        {"url": "ssh://git@git.example.com/team/app.git"},
        {"url": "file:///srv/git/app"},
        {"url": "https://charts.example.com", "type": "helm"},
        {"url": "registry.example.com:5000/charts", "type": "helm", "passwordFrom": "token"},
        {"url": "oci://registry.example.com/app", "type": "oci", "passwordFrom": "token"},
    ],
)
def test_a_repository_that_can_be_reached_is_accepted(entry: dict[str, Any]) -> None:
    load(sections(entry), secret=["secrets"])


@pytest.mark.parametrize(
    "entry,key",
    [
        ({}, ".url"),
        ({"url": HTTPS, "username": "ann"}, ".username"),
        ({"url": HTTPS, "sshPrivateKeyFrom": "key"}, ".sshPrivateKeyFrom"),
        ({"url": SSH, "passwordFrom": "token"}, ".passwordFrom"),
        ({"url": HTTPS, "passwordFrom": "token", "bearerTokenFrom": "token"}, ""),
        ({"url": HTTPS, "type": "oci"}, ".url"),
        ({"url": "oci://registry.example.com/app"}, ".url"),
        ({"url": SSH, "type": "helm"}, ".url"),
        ({"url": "registry.example.com/charts"}, ".url"),
        ({"url": HTTPS, "passwordFrom": "tokn"}, ".passwordFrom"),
    ],
)
def test_a_repository_that_cannot_be_reached_is_refused(entry: dict[str, Any], key: str) -> None:
    assert list(problems(sections(entry), secret=["secrets"])) == [f"argoCd.repositories.app{key}"]


def test_a_template_without_credentials_is_refused() -> None:
    found = problems(sections({"url": HTTPS}, "repositoryCredentials"), secret=["secrets"])

    assert list(found) == ["argoCd.repositoryCredentials.app"]


@pytest.mark.parametrize("url", ["https://ann:hunter2@git.example.com/a", "https://hunter2@x/a"])
def test_credentials_in_an_address_are_refused_and_not_shown(url: str) -> None:
    found = problems(sections({"url": url}), secret=["secrets"])

    assert "hunter2" not in str(found)
    assert found["argoCd.repositories.app.url"].startswith('"https://[secret]@')


@pytest.mark.parametrize(
    "line", ["git.example.com ssh-ed25519 AAAA", "[git.example.com]:2222 ssh-rsa AAAA=="]
)
def test_host_keys_are_lines_of_a_known_hosts_file(line: str) -> None:
    assert load({"argoCd": {"knownHosts": [line]}}).argo_cd.known_hosts == [line]


@pytest.mark.parametrize("line", ["git.example.com", "# a b c", "a ssh-rsa AAAA\nb ssh-rsa BBBB"])
def test_other_lines_are_refused(line: str) -> None:
    assert list(problems({"argoCd": {"knownHosts": [line]}})) == ["argoCd.knownHosts[0]"]


def test_an_address_is_registered_once_for_a_project() -> None:
    repositories = {
        "a": {"url": HTTPS},
        "b": {"url": HTTPS.removesuffix(".git")},
        "c": {"url": HTTPS, "project": "team"},
    }
    found = problems({"argoCd": {"repositories": repositories}})

    assert list(found) == ["argoCd.repositories.b"]
