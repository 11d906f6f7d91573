"""The credentials that a stack's settings stand for."""

from credentials.argo_cd import ArgoCdCredentials, Choice, Choices, derive
from credentials.derivation import Derivation
from settings.models import Settings
from settings.sections.credentials import SEED


def argo_cd_credentials(settings: Settings) -> ArgoCdCredentials:
    """Return the credentials of Argo CD; the settings must be loaded ones, with a seed."""
    chosen = settings.credentials
    derivation = Derivation(settings.secrets[SEED].get_secret_value(), settings.cluster.identifier)
    return derive(
        derivation,
        Choices(
            admin=Choice(
                enabled=chosen.admin.enabled,
                rotation=chosen.admin.rotation,
                value=settings.secret(chosen.admin.password_from),
            ),
            server_key=Choice(
                rotation=chosen.server_key.rotation,
                value=settings.secret(chosen.server_key.value_from),
            ),
            redis=Choice(
                rotation=chosen.redis.rotation,
                value=settings.secret(chosen.redis.password_from),
            ),
            ci=Choice(enabled=chosen.ci.enabled, rotation=chosen.ci.rotation),
        ),
    )
