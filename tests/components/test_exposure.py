"""The way to the server, and sign-on."""

import base64

import pytest
import yaml

from components.argo_cd.exposure import ingress, route
from components.argo_cd.oidc import OidcArgs, oidc_config, oidc_secret

HOST = "argocd.example.com"
OIDC: OidcArgs = {"name": "SSO", "issuer": "https://id.example.com", "client_id": "argocd"}


@pytest.mark.parametrize("insecure,port", [(True, "http"), (False, "https")])
def test_an_ingress_asks_the_port_that_speaks_what_the_server_speaks(
    insecure: bool, port: str
) -> None:
    made = ingress({"host": HOST}, insecure=insecure)
    (rule,) = made["spec"]["rules"]
    (path,) = rule["http"]["paths"]

    assert rule["host"] == HOST
    assert path["backend"] == {"service": {"name": "argocd-server", "port": {"name": port}}}
    assert set(made["spec"]) == {"rules"}


def test_an_ingress_has_class_certificate_and_annotations() -> None:
    made = ingress(
        {"host": HOST, "class_name": "nginx", "tls_secret": "tls", "annotations": {"a": "b"}},
        insecure=True,
    )

    assert made["spec"]["ingressClassName"] == "nginx"
    assert made["spec"]["tls"] == [{"hosts": [HOST], "secretName": "tls"}]
    assert made["metadata"]["annotations"] == {"a": "b", "pulumi.com/skipAwait": "true"}


def test_a_route_belongs_to_its_gateways() -> None:
    made = route(
        {
            "host": HOST,
            "parents": [{"name": "a", "namespace": "gw", "section_name": "https"}, {"name": "b"}],
        }
    )

    assert made["spec"] == {
        "hostnames": [HOST],
        "parentRefs": [{"name": "a", "namespace": "gw", "sectionName": "https"}, {"name": "b"}],
        "rules": [{"backendRefs": [{"name": "argocd-server", "port": 80}]}],
    }


def test_the_secret_of_sign_on_is_only_referred_to() -> None:
    given: OidcArgs = {**OIDC, "client_secret": "hunter2"}
    (secret,) = oidc_secret(given)

    assert yaml.safe_load(oidc_config(given)) == {
        "name": "SSO",
        "issuer": "https://id.example.com",
        "clientID": "argocd",
        "clientSecret": "$argocd-sso:oidc.clientSecret",
    }
    assert secret["metadata"] == {
        "name": "argocd-sso",
        "labels": {"app.kubernetes.io/part-of": "argocd"},
    }
    assert base64.b64decode(secret["data"]["oidc.clientSecret"]) == b"hunter2"


def test_a_public_client_logs_in_with_pkce_and_has_no_secret() -> None:
    assert oidc_secret(OIDC) == []
    assert yaml.safe_load(oidc_config(OIDC))["enablePKCEAuthentication"] is True


def test_groups_are_asked_for_where_the_provider_wants_it() -> None:
    config = yaml.safe_load(oidc_config({**OIDC, "groups_claim": True}))

    assert config["requestedIDTokenClaims"] == {"groups": {"essential": True}}
