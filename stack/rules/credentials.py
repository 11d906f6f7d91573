"""Rules for credentials; no message shows a value, or how long it is."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator

from components.shared.credentials.settings import SEED
from settings.problems import Problem, dotted, put, put_secret, remove
from settings.secrets import ENCRYPTED, SECTION
from stack.rules.base import rule
from stack.settings import Settings

_BITS = 100
"""What a seed must hold, going by how often each of its characters occurs."""

_NEW_SEED = f"openssl rand -base64 32 | {put_secret(f'{SECTION}.{SEED}')}"


@rule(f"{SECTION}.{SEED}", "argoCd.enabled", "argoCd.mode")
def credentials_have_a_seed(settings: Settings) -> Iterator[Problem]:
    """Yield a seed that is missing, or that can be guessed."""
    key = f"{SECTION}.{SEED}"
    if not settings.argo_cd.managed:
        return
    seed = settings.secret(SEED) if SEED in settings.secrets else None
    allowed = "allowed: 32 characters or more, at random, without spaces"
    if seed is None:
        text = f"not set, and the credentials of Argo CD are derived from it; {allowed}. "
        yield Problem(key, f"{text}Fix: {_NEW_SEED}")
    elif seed != ENCRYPTED and not is_random(seed):
        text = f"[secret] is not allowed: it can be guessed; {allowed}. "
        yield Problem(key, f"{text}Fix: {_NEW_SEED}")


@rule(SECTION, "credentials")
def given_credentials_can_be_used(settings: Settings) -> Iterator[Problem]:
    """Yield values of the user's own that a program would refuse, or that are too weak."""
    credentials = settings.credentials
    for name, fits, allowed in (
        (credentials.admin.password_from, _is_password, "12 to 72 bytes"),
        (credentials.server_key.value_from, is_random, "32 characters or more, at random"),
        (
            credentials.redis.password_from,
            re.compile(r"[A-Za-z0-9_-]{16,128}").fullmatch,
            "16 to 128 letters, digits, - and _",
        ),
    ):
        check: Callable[[str], object] = fits
        value = settings.secret(name) if name in settings.secrets else None
        if value not in {None, ENCRYPTED} and not check(str(value)):
            key = dotted((SECTION, str(name)))
            text = f"[secret] is not allowed; allowed: {allowed}. Fix: {put_secret(key)}"
            yield Problem(key, text)


@rule("credentials", "argoCd.mode")
def an_existing_argo_cd_has_credentials_of_its_own(settings: Settings) -> Iterator[Problem]:
    """Yield settings of credentials that this program does not make."""
    if settings.argo_cd.existing:
        for field in sorted(settings.credentials.model_fields_set):
            key = f"credentials.{type(settings.credentials).model_fields[field].alias}"
            text = (
                "has no effect on an Argo CD that somebody else installed (argoCd.mode is "
                f"existing); allowed: not set. Fix: {remove(key)}"
            )
            yield Problem(key, text)


@rule("argoCd.access.ci", "credentials.ci.enabled")
def the_account_of_pipelines_is_on(settings: Settings) -> Iterator[Problem]:
    """Yield rights of the account ci where there is no such account."""
    if settings.argo_cd.access.ci and not settings.credentials.ci.enabled:
        text = (
            "set, and credentials.ci.enabled is false: there is no such account; allowed: not "
            f"set. Fix: {put('credentials.ci.enabled', 'true')}, or {remove('argoCd.access.ci')}"
        )
        yield Problem("argoCd.access.ci", text)


def is_random(text: str) -> bool:
    """Return whether a text may have come from a generator: long, mixed, without repetition."""
    if len(text) < 32 or re.search(r"\s", text) or text in (text + text)[1:-1]:  # noqa: PLR2004
        return False
    counts = Counter(text).values()
    bits = -sum(count * math.log2(count / len(text)) for count in counts)
    return bits >= _BITS


def _is_password(text: str) -> bool:
    # bcrypt takes no more than 72 bytes.
    return 12 <= len(text.encode()) <= 72 and text == text.strip()  # noqa: PLR2004
