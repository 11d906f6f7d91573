"""Argo CD's server: its address, the way to it, and sign-on."""

from typing import Annotated

from pydantic import Field

from components.argo_cd.settings.fields import PolicyName, ServerUrl
from settings.base import Section
from settings.fields import (
    ConfigMapValue,
    DnsLabel,
    DnsSubdomain,
    HostName,
    HttpsUrl,
    LabelKey,
    PemText,
)
from settings.secrets import SecretName


class IngressSettings(Section):
    """An Ingress before the server."""

    host: HostName
    """Host name that it answers to."""

    class_name: DnsSubdomain | None = None
    """IngressClass; the cluster's default one if it is not set."""

    tls_secret: DnsSubdomain | None = None
    """Secret in Argo CD's namespace with the certificate for the host; it must exist."""

    annotations: dict[LabelKey, ConfigMapValue] = {}
    """What the controller of the class wants to be told."""


class ParentGateway(Section):
    """A Gateway that the route belongs to."""

    name: DnsSubdomain
    """Name of the Gateway."""

    namespace: DnsLabel | None = None
    """Its namespace; the one of Argo CD if it is not set."""

    section_name: DnsSubdomain | None = None
    """Name of a listener; every one that fits if it is not set."""


class GatewaySettings(Section):
    """A route of the Gateway API (HTTPRoute) before the server; the CRDs must exist."""

    host: HostName
    """Host name that it answers to."""

    parents: Annotated[list[ParentGateway], Field(min_length=1)]
    """The Gateways that serve it."""

    annotations: dict[LabelKey, ConfigMapValue] = {}
    """Annotations of the route."""


class SsoSettings(Section):
    """Single sign-on with an OIDC provider."""

    name: PolicyName = "SSO"
    """What the login button says."""

    issuer: HttpsUrl
    """Address of the provider, exactly as its tokens have it."""

    client_id: PolicyName
    """The client that is registered there for the server."""

    client_secret_from: SecretName | None = None
    """Secret with the client's secret; without one the client is public and logs in with PKCE."""

    cli_client_id: PolicyName | None = None
    """A client of its own for the command line."""

    requested_scopes: list[PolicyName] = ["openid", "profile", "email", "groups"]
    """Scopes to ask for."""

    groups_claim: bool = False
    """Ask that the token carry the groups, for providers that want to be asked."""

    logout_url: HttpsUrl | None = None
    """Where a logout leads."""

    root_ca: PemText | None = None
    """Certificate of the provider's authority, where it is not a public one."""


class ServerSettings(Section):
    """Argo CD's server."""

    url: ServerUrl | None = None
    """Address as its users have it; https:// and the host of ingress or gateway if not set."""

    insecure: bool = False
    """Speak plain HTTP inside the cluster; for an ingress or gateway that ends TLS."""

    ingress: IngressSettings | None = None
    """An Ingress before the server."""

    gateway: GatewaySettings | None = None
    """A route of the Gateway API before the server."""

    sso: SsoSettings | None = None
    """Single sign-on with an OIDC provider."""

    @property
    def host(self) -> str | None:
        """The host name that an ingress or gateway serves."""
        way = self.ingress or self.gateway
        return way.host if way else None

    @property
    def address(self) -> str | None:
        """The address as its users have it, if it is known."""
        return self.url or (f"https://{self.host}" if self.host else None)
