"""Single sign-on with an OIDC provider.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/user-management/index.md
"""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import yaml

from kube.manifests import Manifest, opaque_secret

SECRET = "argocd-sso"  # noqa: S105 - the name of one
KEY = "oidc.clientSecret"


class OidcArgs(TypedDict):
    """An OIDC provider."""

    name: str
    """What the login button says."""

    issuer: str
    """Address of the provider, as its tokens have it."""

    client_id: str
    """The client that is registered there for the server."""

    client_secret: NotRequired[str]
    """The client's secret; none for a public client, which then logs in with PKCE."""

    cli_client_id: NotRequired[str]
    """Another client, for the command line."""

    requested_scopes: NotRequired[Sequence[str]]
    """Scopes to ask for; openid, profile, email and groups by default."""

    groups_claim: NotRequired[bool]
    """Ask that the token carry the groups, for providers that want to be asked."""

    logout_url: NotRequired[str]
    """Where a logout leads."""

    root_ca: NotRequired[str]
    """Certificate of the provider's authority, PEM."""


def oidc_config(given: OidcArgs) -> str:
    """Return the entry `oidc.config` of argocd-cm; the secret is only referred to."""
    secret = given.get("client_secret")
    config: dict[str, Any] = {
        "name": given["name"],
        "issuer": given["issuer"],
        "clientID": given["client_id"],
        "clientSecret": f"${SECRET}:{KEY}" if secret else None,
        "enablePKCEAuthentication": None if secret else True,
        "cliClientID": given.get("cli_client_id"),
        "requestedScopes": list(given.get("requested_scopes") or ()) or None,
        "requestedIDTokenClaims": (
            {"groups": {"essential": True}} if given.get("groups_claim") else None
        ),
        "logoutURL": given.get("logout_url"),
        "rootCA": given.get("root_ca"),
    }
    shown = {key: value for key, value in config.items() if value is not None}
    return yaml.safe_dump(shown, sort_keys=False)


def oidc_secret(given: OidcArgs) -> list[Manifest]:
    """Return the Secret that the configuration refers to, if there is anything to keep."""
    secret = given.get("client_secret")
    if not secret:
        return []
    # Without the label Argo CD neither finds nor watches it.
    return [opaque_secret(SECRET, {KEY: secret}, {"app.kubernetes.io/part-of": "argocd"})]
