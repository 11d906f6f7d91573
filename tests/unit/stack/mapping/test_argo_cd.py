"""Settings of Argo CD become arguments: values in place of names, what is not set left out."""

from typing import Any

import pytest

from stack.mapping.argo_cd import argo_cd_args, nodes_for
from tests.unit.stack.helpers import load

RICH: dict[str, Any] = {
    "server": {
        "insecure": True,
        "ingress": {"host": "argocd.example.com"},
        "sso": {
            "issuer": "https://id.example.com",
            "clientId": "argocd",
            "clientSecretFrom": "ssoClient",
        },
    },
    "repositories": {"app": {"url": "https://git.example.com/app", "passwordFrom": "gitToken"}},
    "clusters": {"edge": {"server": "https://edge.example.com", "tokenFrom": "edgeToken"}},
}
SECRETS = {
    "credentialsSeed": "Zm9yIHRlc3RzIG9ubHksIGFuZCBub3RoaW5nIGVsc2U",
    "ssoClient": "sso-secret",
    "gitToken": "git-secret",
    "edgeToken": "edge-secret",
}


def test_secret_values_stand_in_place_of_their_names() -> None:
    settings = load({"argoCd": RICH, "secrets": SECRETS}, secret=["secrets"])
    args = argo_cd_args(settings, (), {}, ())

    assert args["oidc"]
    assert args["oidc"]["client_secret"] == SECRETS["ssoClient"]
    assert args["repositories"]["app"]["password"] == SECRETS["gitToken"]
    assert args["clusters"]["edge"]["token"] == SECRETS["edgeToken"]
    assert args["url"] == "https://argocd.example.com"


def test_what_is_not_set_is_no_argument_of_a_part() -> None:
    settings = load({"argoCd": RICH, "secrets": SECRETS}, secret=["secrets"])
    args = argo_cd_args(settings, (), {}, ())

    assert args["route"] is None
    assert args["ingress"]
    assert "tls_secret" not in args["ingress"]
    assert "ssh_private_key" not in args["repositories"]["app"]


@pytest.mark.parametrize(
    "argo_cd, nodes",
    [
        ({}, 1),
        ({"components": {"server": {"replicas": 5}}}, 1),
        ({"highAvailability": True}, 3),
        ({"highAvailability": True, "components": {"server": {"replicas": 2}}}, 3),
        ({"highAvailability": True, "components": {"repo-server": {"replicas": 5}}}, 5),
    ],
)
def test_pods_that_keep_apart_need_a_node_each(argo_cd: dict[str, Any], nodes: int) -> None:
    assert nodes_for(load({"argoCd": argo_cd}).argo_cd) == nodes
