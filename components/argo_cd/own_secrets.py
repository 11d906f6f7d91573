"""The two Secrets that Argo CD fills by itself where nobody else does: argocd-secret, argocd-redis.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/argocd-secret-yaml.md
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from kube import manifests as m
from kube.manifests import Manifest

SETTINGS = "argocd-secret"
REDIS = "argocd-redis"
REDIS_KEY = "auth"
CERTIFICATE = "argocd-server-tls"
SERVER = "argocd-server"
FORCE = {"pulumi.com/patchForce": "true"}
"""Argo CD writes the same keys where they are missing, and when a password is changed through it:
without this, the next change of ours would be refused as a conflict."""


class OwnSecretsArgs(TypedDict):
    """What Argo CD would otherwise make up at its first start."""

    settings: Mapping[str, str]
    """Entries of argocd-secret, in plain. Argo CD's other entries there stay its own."""

    server_key_mark: str
    """A text that changes with server.secretkey and tells nothing of it."""

    redis_password: str
    """Password of Redis."""

    redis_password_mark: str
    """A text that changes with the password and tells nothing of it."""


class CertificateArgs(TypedDict):
    """A certificate and its key, PEM."""

    certificate: str
    """The certificate, with those of its authorities below it."""

    key: str
    """Its private key."""


def certificate_secret(given: CertificateArgs | None) -> list[Manifest]:
    """Return the Secret with the server's certificate; none lets the server make one.

    The server takes up a new one without a restart.
    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/tls.md
    """
    if given is None:
        return []
    entries = {"tls.crt": given["certificate"], "tls.key": given["key"]}
    secret = m.opaque_secret(CERTIFICATE, entries, {"app.kubernetes.io/part-of": "argocd"})
    return [{**secret, "type": "kubernetes.io/tls"}]


def with_settings_secret(
    manifests: Sequence[Manifest], given: OwnSecretsArgs | None
) -> list[Manifest]:
    """Return the manifests with our entries in argocd-secret; none leaves both objects alone.

    Argo CD watches them. Only a new server key needs a restart: the server goes on encrypting what
    browsers bring back from single sign-on with the old one, which its next pod does not have.
    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/util/oidc/oidc.go NewClientApp
    """
    if given is None:
        return list(manifests)
    secret = m.sole(manifests, "Secret", SETTINGS)
    server = m.sole(manifests, "Deployment", SERVER)
    data = m.opaque_secret(SETTINGS, given["settings"])["data"]
    mark = {"gitops-bootstrap/server-key": given["server_key_mark"]}
    spec = {**server["spec"], "template": m.annotated(server["spec"]["template"], mark)}
    changed = {
        id(secret): m.annotated({**secret, "data": data}, FORCE),
        id(server): {**server, "spec": spec},
    }
    return [changed.get(id(o), o) for o in manifests]


def redis_secret(given: OwnSecretsArgs | None) -> list[Manifest]:
    """Return the Secret with the password of Redis; none leaves it to Argo CD."""
    if given is None:
        return []
    secret = m.opaque_secret(REDIS, {REDIS_KEY: given["redis_password"]})
    return [m.annotated(secret, FORCE)]


def environment_marks(given: OwnSecretsArgs | None) -> dict[tuple[str, str], str]:
    """Return what stands for the entries of Secrets that pods have in their environment."""
    return {(REDIS, REDIS_KEY): given["redis_password_mark"]} if given else {}
