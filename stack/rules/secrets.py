"""Rules for secret values."""

from collections.abc import Iterator

from settings.problems import Problem, dotted, put_secret, suggestion
from settings.secrets import SECTION, references
from stack.rules.base import rule
from stack.settings import Settings


@rule(SECTION)
def named_secrets_exist(settings: Settings) -> Iterator[Problem]:
    """Yield settings that name a secret value which the stack does not have."""
    known = sorted(settings.secrets)
    for path, name in references(settings):
        if name not in settings.secrets:
            text = (
                f'there is no secret "{name}"; {suggestion(name, known)}'
                f"allowed: {', '.join(known) or 'a name that exists; there is none yet'}. "
                f"Fix: {put_secret(dotted((SECTION, name)))}"
            )
            yield Problem(dotted(path), text)
