"""The platform's own credentials."""

from typing import Annotated

from pydantic import Field

from settings.base import Section
from settings.secrets import SecretName

SEED = "credentialsSeed"
"""The secret value that all credentials are derived from, by its name below `secrets`."""

Rotation = Annotated[int, Field(ge=0, le=4_102_444_800)]
"""A counter, or seconds since 1970: so many are the year 2100; milliseconds are refused."""


class AdminSettings(Section):
    """The password of Argo CD's account admin, which may do everything."""

    enabled: bool = True
    """Let admin log in. Off where people have accounts of their own."""

    rotation: Rotation = 0
    """Another number makes another password; the output of `date +%s` also ends all sessions."""

    password_from: SecretName | None = None
    """Secret with a password of your own: 12 to 72 bytes."""


class ServerKeySettings(Section):
    """The key that signs Argo CD's sessions and tokens."""

    rotation: Rotation = 0
    """Another number makes another key: all sessions end, and the token of ci is another."""

    value_from: SecretName | None = None
    """Secret with a key of your own: at random, 32 characters or more."""


class RedisSettings(Section):
    """The password of Argo CD's Redis."""

    rotation: Rotation = 0
    """Another number makes another password and restarts what uses it."""

    password_from: SecretName | None = None
    """Secret with a password of your own: letters, digits, `-` and `_`, 16 to 128 of them."""


class CiSettings(Section):
    """The account ci of Argo CD, for pipelines: an API token and no login."""

    enabled: bool = True
    """Have the account. What it may do is up to argocd-rbac-cm; without an entry there: nothing."""

    rotation: Rotation = 0
    """Another number makes another token; the one before is refused at once."""


class CredentialsSettings(Section):
    """The platform's own credentials, derived from the secret `credentialsSeed`."""

    admin: AdminSettings = Field(default_factory=AdminSettings)
    """The password of Argo CD's account admin."""

    server_key: ServerKeySettings = Field(default_factory=ServerKeySettings)
    """The key that signs Argo CD's sessions and tokens."""

    redis: RedisSettings = Field(default_factory=RedisSettings)
    """The password of Argo CD's Redis."""

    ci: CiSettings = Field(default_factory=CiSettings)
    """The account of pipelines."""
