"""Repositories and clusters as the Secrets that Argo CD looks for."""

import base64
import json
from typing import Any

import pytest

from components.argo_cd.clusters import ClusterArgs, cluster
from components.argo_cd.repositories import (
    LABEL,
    CredentialsArgs,
    credentials,
    repository,
    with_known_hosts,
)
from kube.manifests import Manifest

URL = "https://git.example.com/team/app.git"


def values(secret: Manifest) -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}


@pytest.mark.parametrize(
    "given,expected",
    [
        ({}, {}),
        ({"password": "p"}, {"username": "git", "password": "p"}),
        ({"username": "ann", "password": "p"}, {"username": "ann", "password": "p"}),
        ({"bearer_token": "t"}, {"bearerToken": "t"}),
        ({"ssh_private_key": "k\n"}, {"sshPrivateKey": "k\n"}),
        ({"insecure": True}, {"insecure": "true"}),
        (
            {"github_app": {"id": 1, "installation_id": 2, "private_key": "k"}},
            {"githubAppID": "1", "githubAppInstallationID": "2", "githubAppPrivateKey": "k"},
        ),
    ],
)
def test_credentials_have_the_keys_that_argo_cd_reads(
    given: dict[str, Any], expected: dict[str, str]
) -> None:
    args: CredentialsArgs = {"url": URL, **given}  # type: ignore[typeddict-item]

    assert values(credentials("app", args)) == {"type": "git", "url": URL, **expected}


def test_a_secret_says_by_its_label_what_it_is_for() -> None:
    made = [
        repository("app", {"url": URL}),
        credentials("app", {"url": URL}),
        cluster("edge", {"server": "https://edge"}),
    ]

    assert {o["metadata"]["name"]: o["metadata"]["labels"][LABEL] for o in made} == {
        "repo-app": "repository",
        "repo-creds-app": "repo-creds",
        "cluster-edge": "cluster",
    }


def test_a_repository_may_belong_to_one_project() -> None:
    assert values(repository("app", {"url": URL, "project": "team"}))["project"] == "team"


def test_charts_have_a_name_and_those_in_a_registry_are_marked() -> None:
    served = repository("charts", {"url": "https://charts.example.com", "type": "helm"})
    stored = repository("charts", {"url": "registry.example.com/charts", "type": "helm"})

    assert values(served)["name"] == "charts"
    assert "enableOCI" not in served["data"]
    assert values(stored)["enableOCI"] == "true"


def test_host_keys_come_after_those_of_the_release_and_once() -> None:
    shipped = {
        "kind": "ConfigMap",
        "metadata": {"name": "argocd-ssh-known-hosts-cm"},
        "data": {"ssh_known_hosts": "a ssh-rsa A\nb ssh-rsa B\n"},
    }
    (known,) = with_known_hosts([shipped], ["c ssh-rsa C", "a ssh-rsa A"])

    assert known["data"] == {"ssh_known_hosts": "a ssh-rsa A\nb ssh-rsa B\nc ssh-rsa C\n"}
    assert with_known_hosts([known], ["c ssh-rsa C"]) == [known]
    assert with_known_hosts([], []) == []


@pytest.mark.parametrize(
    "given,expected",
    [
        ({"token": "t"}, {"bearerToken": "t", "tlsClientConfig": {"insecure": False}}),
        (
            {"token": "t", "ca_data": "QUJD"},
            {"bearerToken": "t", "tlsClientConfig": {"insecure": False, "caData": "QUJD"}},
        ),
        (
            {"aws": {"cluster_name": "c", "role_arn": "r"}, "insecure": True},
            {
                "awsAuthConfig": {"clusterName": "c", "roleARN": "r"},
                "tlsClientConfig": {"insecure": True},
            },
        ),
    ],
)
def test_a_cluster_is_logged_in_to_as_stated(
    given: dict[str, Any], expected: dict[str, Any]
) -> None:
    args: ClusterArgs = {"server": "https://edge", **given}  # type: ignore[typeddict-item]

    assert json.loads(values(cluster("edge", args))["config"]) == expected


def test_a_cluster_has_its_labels_and_limits() -> None:
    made = cluster(
        "edge",
        {
            "server": "https://edge",
            "token": "t",
            "labels": {"stage": "prod", LABEL: "stolen"},
            "namespaces": ["a", "b"],
            "project": "team",
        },
    )

    assert made["metadata"]["labels"] == {"stage": "prod", LABEL: "cluster"}
    assert values(made)["namespaces"] == "a,b"
    assert values(made)["project"] == "team"
