"""Deliveries are refused without what they need, and get what the stack knows."""

from typing import Any

import pytest

from stack.credentials import argo_cd_certificate, argo_cd_credentials
from stack.mapping.argo_cd import argo_cd_args
from stack.mapping.delivery import delivery_args
from tests.unit.stack.helpers import load, problems

SEED = "x7Jq0f2LrV9pTb4Zc6Nw8Ks1Yd3Hg5Me"
SECRETS = {"credentialsSeed": SEED}
APP = {"repository": "https://git.example.com/team/app.git", "image": "reg.example.com/team/app"}
ACCESS = {"projects": {"team": {}}, "access": {"ci": {"project": "team", "manage": True}}}
SECTIONS: dict[str, Any] = {
    "argoCd": ACCESS,
    "delivery": {"applications": {"app": APP}},
    "secrets": SECRETS,
}


def stack(**given: Any) -> dict[str, Any]:
    return {**SECTIONS, **given}


def delivered(**given: Any) -> dict[str, Any]:
    """Return the section with one application; `given` is laid over its settings."""
    return {"applications": {"app": {**APP, **given}}}


def arguments(**given: Any) -> dict[str, Any]:
    return dict(delivery_args(load(stack(**given), secret=["secrets"]), "app", []))


def test_a_stack_without_deliveries_needs_nothing_for_them() -> None:
    settings = load({"tekton": {"enabled": False}, "argoCd": {"enabled": False}})

    assert settings.delivery.applications == {}
    assert argo_cd_certificate(settings) is None


def test_what_is_not_said_follows_from_the_name() -> None:
    args = arguments()

    assert args["namespace"] == "app-delivery"
    assert args["target_namespace"] == "app"
    assert args["project"] == "team"
    assert args["server"]["address"] == "argocd-server.argocd.svc:443"
    assert args["cli_image"] == "quay.io/argoproj/argocd:v3.5.1"
    assert "push" not in args


def test_the_command_line_is_of_the_servers_version_and_from_the_registry() -> None:
    argo = {**ACCESS, "version": "v3.4.7"}
    args = arguments(argoCd=argo, images={"registry": "mirror.example.com"})

    assert args["cli_image"] == "mirror.example.com/argoproj/argocd:v3.4.7"


def test_the_token_is_that_of_the_account_ci() -> None:
    settings = load(stack(), secret=["secrets"])

    token = delivery_args(settings, "app", [])["auth_token"]
    assert token == argo_cd_credentials(settings).ci_token
    assert token.count(".") == 2


def test_server_and_pipeline_have_the_same_certificate() -> None:
    settings = load(stack(), secret=["secrets"])
    server = argo_cd_args(settings, [], {}, [])["server_certificate"]

    assert delivery_args(settings, "app", [])["server"]["ca"] == server["certificate"]
    assert "PRIVATE KEY" in server["key"]


@pytest.mark.parametrize(
    "argo, server",
    [
        ({}, {"tls": "skip"}),
        ({}, {"ca": "-----BEGIN CERTIFICATE-----"}),
        ({"server": {"insecure": True}}, {}),
    ],
    ids=["skipped", "given", "plain"],
)
def test_a_certificate_is_made_only_where_one_is_verified_and_none_is_given(
    argo: dict[str, Any], server: dict[str, Any]
) -> None:
    delivery = {**delivered(), "server": server}
    settings = load(stack(argoCd={**ACCESS, **argo}, delivery=delivery), secret=["secrets"])

    assert argo_cd_certificate(settings) is None
    assert "server_certificate" not in argo_cd_args(settings, [], {}, [])


def test_a_server_that_speaks_plainly_is_spoken_to_plainly() -> None:
    server = arguments(argoCd={**ACCESS, "server": {"insecure": True}})["server"]

    assert (server["address"], server["tls"]) == ("argocd-server.argocd.svc:80", "plaintext")


def test_another_server_has_its_own_token() -> None:
    delivery = {
        **delivered(),
        "project": "team",
        "server": {"address": "argocd.example.com:443", "tokenFrom": "other"},
    }
    secrets = {**SECRETS, "other": "a.token"}
    args = arguments(delivery=delivery, argoCd={}, secrets=secrets)

    assert args["auth_token"] == "a.token"  # noqa: S105 made up
    assert args["server"] == {"address": "argocd.example.com:443", "tls": "verify"}


PUSH = {"secretFrom": "push"}
SIGNED = {**SECRETS, "push": "0123456789abcdef"}


def test_the_listeners_secret_is_the_stacks() -> None:
    args = arguments(delivery=delivered(push=PUSH), secrets=SIGNED)

    assert args["push"]["secret"] == "0123456789abcdef"  # noqa: S105 made up
    assert args["push"]["branches"] == ["main"]


@pytest.mark.parametrize(
    "given, key, said",
    [
        ({"tekton": {"enabled": False}}, "delivery.applications", "Tekton is off"),
        (
            {"tekton": {"featureFlags": {"set-security-context": False}}},
            "tekton.featureFlags.set-security-context",
            "Pod Security",
        ),
        (
            {
                "tekton": {"triggers": {"enabled": False}},
                "delivery": delivered(push=PUSH),
                "secrets": SIGNED,
            },
            "delivery.applications.app.push",
            "Tekton Triggers is off",
        ),
        ({"argoCd": {"enabled": False}}, "delivery.server.address", "the stack has no Argo CD"),
        ({"argoCd": {}}, "argoCd.access.ci", "does not let the account ci change applications"),
        (
            {"argoCd": {"projects": {"team": {}}, "access": {"ci": {"project": "team"}}}},
            "argoCd.access.ci",
            "with manage: true",
        ),
        ({"credentials": {"ci": {"enabled": False}}}, "credentials.ci.enabled", "act as"),
        (
            {"delivery": {**delivered(), "project": "other"}},
            "delivery.project",
            "not the project of the account ci",
        ),
        (
            {"delivery": {**delivered(), "server": {"address": "argocd.example.com:443"}}},
            "delivery.server.tokenFrom",
            "another server than the stack's",
        ),
        (
            {"delivery": delivered(namespace="argocd")},
            "delivery.applications.app.namespace",
            "the namespace of Argo CD",
        ),
        (
            {"delivery": delivered(namespace="app")},
            "delivery.applications.app.namespace",
            "what is deployed",
        ),
        (
            {"delivery": delivered(push=PUSH), "secrets": {**SECRETS, "push": "short"}},
            "secrets.push",
            "can be guessed",
        ),
        (
            {"delivery": delivered(push={"secretFrom": "absent"})},
            "delivery.applications.app.push.secretFrom",
            'there is no secret "absent"',
        ),
        (
            {"delivery": delivered(repository="https://a:b@c/d; rm -rf /")},
            "delivery.applications.app.repository",
            "is not allowed",
        ),
        (
            {"delivery": {**delivered(), "cliImage": "argoproj/argocd:latest"}},
            "delivery.cliImage",
            '"argoproj/argocd:latest" is not allowed',
        ),
    ],
)
def test_what_is_missing_is_named_with_the_way_to_it(
    given: dict[str, Any], key: str, said: str
) -> None:
    found = problems(stack(**given), secret=["secrets"])

    assert key in found
    assert said in found[key]
    assert "Fix: " in found[key]


def test_two_deliveries_do_not_share_a_namespace() -> None:
    both = {"applications": {"app": APP, "web": {**APP, "namespace": "app-delivery"}}}
    found = problems(stack(delivery=both), secret=["secrets"])

    assert "the delivery of app" in found["delivery.applications.web.namespace"]
