"""Argo CD's server: one way in, one protocol on it, one source for each entry."""

from typing import Any

import pytest

from components.argo_cd.rules.server import HAVE_A_SETTING
from tests.unit.stack.helpers import load, problems

INGRESS = {"host": "argocd.example.com"}
GATEWAY = {"host": "argocd.example.com", "parents": [{"name": "public"}]}
SSO = {"issuer": "https://id.example.com", "clientId": "argocd"}


def server(**given: Any) -> dict[str, Any]:
    return {"argoCd": {"server": given}}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"insecure": True},
        {"insecure": True, "ingress": INGRESS},
        {"insecure": True, "gateway": GATEWAY},
        {
            "ingress": {
                **INGRESS,
                "annotations": {"nginx.ingress.kubernetes.io/ssl-passthrough": True},
            }
        },
        {"url": "https://argocd.example.com:8443", "ingress": INGRESS, "insecure": True},
        {"url": "http://localhost:8080", "sso": SSO},
    ],
)
def test_a_server_that_can_be_reached_is_accepted(given: dict[str, Any]) -> None:
    load(server(**given))


def test_the_address_is_that_of_the_way_in_unless_it_is_given() -> None:
    loaded = load(server(insecure=True, ingress=INGRESS)).argo_cd.server

    assert loaded.address == "https://argocd.example.com"
    assert (
        load(server(url="https://a.example.com")).argo_cd.server.address == "https://a.example.com"
    )
    assert load({}).argo_cd.server.address is None


def test_an_ingress_and_a_gateway_exclude_each_other() -> None:
    found = problems(server(insecure=True, ingress=INGRESS, gateway=GATEWAY))

    assert "pulumi config rm --path 'argoCd.server.ingress'" in found["argoCd.server.gateway"]
    assert list(found) == ["argoCd.server.gateway"]


def test_an_address_leads_to_the_way_in() -> None:
    found = problems(server(insecure=True, ingress=INGRESS, url="https://other.example.com"))

    assert list(found) == ["argoCd.server.url"]


@pytest.mark.parametrize("way", [{"ingress": INGRESS}, {"gateway": GATEWAY}])
def test_what_ends_tls_is_not_answered_with_tls(way: dict[str, Any]) -> None:
    text = problems(server(**way))["argoCd.server.insecure"]

    assert text.startswith("false is not allowed with argoCd.server.")
    assert "pulumi config set --path 'argoCd.server.insecure' true" in text


def test_sign_on_needs_the_address() -> None:
    assert list(problems(server(sso=SSO))) == ["argoCd.server.url"]


def test_sign_on_has_one_provider() -> None:
    argo = {
        "server": {"url": "https://argocd.example.com", "sso": SSO},
        "config": {"dex.config": "connectors: []"},
    }

    assert list(problems({"argoCd": argo})) == ['argoCd.config["dex.config"]']


def test_a_secret_of_sign_on_must_be_there() -> None:
    sso = {**SSO, "clientSecretFrom": "ssoClient"}
    found = problems(server(url="https://argocd.example.com", sso=sso))

    assert found == {
        "argoCd.server.sso.clientSecretFrom": (
            'there is no secret "ssoClient"; allowed: credentialsSeed. '
            "Fix: pulumi config set --secret --path 'secrets.ssoClient'"
        )
    }


@pytest.mark.parametrize("section,entry", [(s, e) for s, es in HAVE_A_SETTING.items() for e in es])
def test_an_entry_with_a_setting_is_refused_where_it_would_be_the_second(
    section: str, entry: str
) -> None:
    (text,) = problems({"argoCd": {section: {entry: "x"}}}).values()

    assert text.startswith("not allowed, as it has a setting: argoCd.")


def test_dex_is_not_configured_where_it_is_off() -> None:
    argo = {"dex": False, "config": {"dex.config": "connectors: []"}}

    assert list(problems({"argoCd": argo})) == ['argoCd.config["dex.config"]']


def test_what_cannot_share_its_work_is_not_scaled() -> None:
    components = {"server": {"replicas": 2}, "redis": {"replicas": 2}}
    found = problems({"argoCd": {"components": components}})

    assert list(found) == ["argoCd.components.redis.replicas"]
    assert (
        "for application-controller, repo-server, server"
        in found["argoCd.components.redis.replicas"]
    )


@pytest.mark.parametrize(
    "name,switch", [("dex-server", "dex"), ("notifications-controller", "notifications")]
)
def test_what_does_not_run_has_no_settings(name: str, switch: str) -> None:
    resources = {"resources": {"requests": {"cpu": 1}}}
    found = problems({"argoCd": {switch: False, "components": {name: resources}}})

    assert list(found) == [f"argoCd.components.{name}"]


def test_an_unknown_component_is_refused_with_the_known_ones() -> None:
    (text,) = problems({"argoCd": {"components": {"repoServer": {}}}}).values()

    assert 'not allowed as a key; allowed: "application-controller" or ' in text
