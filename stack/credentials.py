"""The credentials that a stack's settings stand for."""

from components.shared.credentials.argo_cd import ArgoCdCredentials, Choice, Choices, derive
from components.shared.credentials.derivation import Derivation
from components.shared.credentials.server_certificate import ServerCertificate, server_certificate
from components.shared.credentials.settings import SEED
from stack.settings import Settings

_TOKEN_LENGTH = 40


def argo_cd_credentials(settings: Settings) -> ArgoCdCredentials:
    """Return the credentials of Argo CD; the settings must be loaded ones, with a seed."""
    chosen = settings.credentials
    return derive(
        _derivation(settings),
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


def argo_cd_certificate(settings: Settings) -> ServerCertificate | None:
    """Return the server's certificate where deliveries must know it beforehand; else it is its own.

    Not where the stack names another one: then somebody else brings it.
    """
    server = settings.delivery.server
    needed = settings.delivery.applications and settings.argo_cd.enabled
    told = server.address or server.ca or server.tls != "verify" or settings.argo_cd.server.insecure
    if not needed or told:
        return None
    rotation = settings.credentials.server_key.rotation
    return server_certificate(_derivation(settings), settings.argo_cd.namespace, rotation)


def build_token(settings: Settings, application: str) -> str:
    """Return what builds of an application identify themselves with; it rotates with that of ci."""
    rotation = settings.credentials.ci.rotation
    return _derivation(settings).text(f"build token of {application}", rotation, _TOKEN_LENGTH)


def _derivation(settings: Settings) -> Derivation:
    return Derivation(settings.secrets[SEED].get_secret_value(), settings.cluster.identifier)
