"""Argo CD's credentials: what they are, and what is stored of them in its Secrets."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import bcrypt

from components.shared.credentials.derivation import Derivation

ADMIN = "admin"
CI = "ci"
"""The account of pipelines: API tokens only, no login."""

FIRST_DAY = 1_767_225_600
"""When credentials count as issued whose counter is not a time: 1 January 2026, seconds since 1970.
"""

_PASSWORD_LENGTH = 32
_COST = 10
"""Argo CD's own cost; it refuses less.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/util/password/password.go
"""


@dataclass(frozen=True)
class Choice:
    """What the stack says about one credential."""

    enabled: bool = True

    rotation: int = 0
    """Another number gives another value."""

    value: str | None = field(default=None, repr=False)
    """Used instead of a derived value."""


@dataclass(frozen=True)
class Choices:
    """What the stack says about all of them."""

    admin: Choice = Choice()
    server_key: Choice = Choice()
    redis: Choice = Choice()
    ci: Choice = Choice()


@dataclass(frozen=True)
class ArgoCdCredentials:
    """All of them, in plain; what may be shown of them is what `repr` shows."""

    admin_password: str | None = field(repr=False)
    """None: nobody can log in as admin."""

    server_key: str = field(repr=False)
    """Signs sessions and tokens; whoever has it is anybody."""

    redis_password: str = field(repr=False)

    ci_token: str | None = field(repr=False)
    """A JSON Web Token without an end; None: there is no such account."""

    secret_entries: Mapping[str, str] = field(repr=False)
    """What is ours in the Secret argocd-secret, in plain."""

    config_entries: Mapping[str, str]
    """What belongs to it in the ConfigMap argocd-cm."""

    server_key_mark: str
    """Changes with the server key and tells nothing of it: an annotation."""

    redis_password_mark: str
    """Changes with the Redis password and tells nothing of it."""


def derive(derivation: Derivation, choices: Choices) -> ArgoCdCredentials:
    """Return the credentials of an Argo CD; the same for the same arguments, on any machine."""
    admin, ci = choices.admin, choices.ci
    password = admin.value or derivation.text("admin password", admin.rotation, _PASSWORD_LENGTH)
    server_key = choices.server_key.value or _server_key(derivation, choices.server_key.rotation)
    redis_password = choices.redis.value or derivation.text(
        "redis password", choices.redis.rotation, _PASSWORD_LENGTH
    )
    token_id, issued = derivation.identifier("ci token", ci.rotation), issued_at(ci.rotation)
    secret_entries = {"server.secretkey": server_key}
    config_entries = {}
    if admin.enabled:
        secret_entries |= {
            "admin.password": _bcrypt(password, derivation),
            "admin.passwordMtime": _rfc3339(issued_at(admin.rotation)),
        }
    else:
        config_entries["admin.enabled"] = "false"
    if ci.enabled:
        secret_entries[f"accounts.{CI}.tokens"] = _json([{"id": token_id, "iat": issued}])
        config_entries[f"accounts.{CI}"] = "apiKey"
    return ArgoCdCredentials(
        admin_password=password if admin.enabled else None,
        server_key=server_key,
        redis_password=redis_password,
        ci_token=_token(server_key, token_id, issued) if ci.enabled else None,
        secret_entries=secret_entries,
        config_entries=config_entries,
        server_key_mark=derivation.mark("server key", server_key).hex()[:16],
        redis_password_mark=derivation.mark("redis password", redis_password).hex()[:16],
    )


def issued_at(rotation: int) -> int:
    """Return when the credential of a rotation counts as issued, in seconds since 1970.

    Argo CD ends the sessions that are older than the password. When that was cannot be derived, so
    the counter itself can say it: `date +%s` is a number that only grows.
    """
    return max(rotation, FIRST_DAY)


def _server_key(derivation: Derivation, rotation: int) -> str:
    # Argo CD makes it the same way, and uses the text as it is.
    # Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/util/util.go MakeSignature
    return base64.b64encode(derivation.key("server key", rotation)).decode()


def _bcrypt(password: str, derivation: Derivation) -> str:
    # A salt at random would be another hash, and so a change, in every run. As it is derived from
    # the password, no two passwords share one.
    salt = base64.b64encode(derivation.mark("admin password", password)[:16]).rstrip(b"=")
    standard = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    own = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    alphabet = bytes.maketrans(standard, own)
    return bcrypt.hashpw(
        password.encode(), b"$2b$%d$%s" % (_COST, salt.translate(alphabet))
    ).decode()


def _token(server_key: str, token_id: str, issued: int) -> str:
    """Return a JSON Web Token as Argo CD's own, without an end and signed by HMAC-SHA256.

    It has no `nbf`, as the clocks of this machine and of the cluster may differ.
    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/util/session/sessionmanager.go Parse
    """
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {"iss": "argocd", "sub": f"{CI}:apiKey", "iat": issued, "jti": token_id}
    signed = b".".join(_base64url(_json(part).encode()) for part in (header, claims))
    signature = hmac.digest(server_key.encode(), signed, hashlib.sha256)
    return b".".join((signed, _base64url(signature))).decode()


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _base64url(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _rfc3339(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
