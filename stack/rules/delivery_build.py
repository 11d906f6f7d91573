"""Rules for builds: what else must be there for them to work, and to stay among themselves."""

import json
import re
from collections.abc import Iterator

from components.delivery.rules import builds
from components.shared.credentials.settings import SEED
from settings.problems import Problem, dotted, put, put_secret, remove
from settings.secrets import ENCRYPTED, SECTION
from stack.rules.base import rule
from stack.settings import Settings

_GIT = re.compile(r"https://[^\s:@/]+:[^\s@/]+@[^\s@/]+")


@rule("delivery.*", "tekton.resolvers", "tekton.enabled")
def builds_have_a_resolver(settings: Settings) -> Iterator[Problem]:
    """Yield builds whose tasks nobody would fetch."""
    resolvers = settings.tekton.resolvers
    if not settings.tekton.enabled or (resolvers.enabled and resolvers.bundles):
        return
    for key, _ in builds(settings.delivery):
        off = "tekton.resolvers.bundles" if resolvers.enabled else "tekton.resolvers.enabled"
        text = (
            f"set, and {off} is false: its tasks come from bundles; allowed: not set without the "
            f"resolver. Fix: {put(off, 'true')}, or {remove(key)}"
        )
        yield Problem(key, text)


@rule("delivery.*", f"{SECTION}.{SEED}", "argoCd.mode", "argoCd.enabled")
def builds_have_a_token(settings: Settings) -> Iterator[Problem]:
    """Yield a seed that is missing where no rule of Argo CD's asks for it."""
    if settings.argo_cd.managed or SEED in settings.secrets or not any(builds(settings.delivery)):
        return
    key = dotted((SECTION, SEED))
    text = (
        "not set, and what a build identifies itself with is derived from it; allowed: 32 "
        "characters or more, at random, without spaces. "
        f"Fix: openssl rand -base64 32 | {put_secret(key)}"
    )
    yield Problem(key, text)


@rule("delivery.*", SECTION)
def credentials_can_be_read(settings: Settings) -> Iterator[Problem]:
    """Yield credentials that no builder, or no Git, would understand; none of them is shown."""
    for _, build in builds(settings.delivery):
        for name, fits, allowed in (
            (build.registry_from, _is_docker_config, '{"auths": {"HOST": {"auth": "..."}}}'),
            (build.git_from, _is_git_credentials, "lines of https://USER:TOKEN@HOST"),
        ):
            value = settings.secret(name) if name and name in settings.secrets else None
            if value not in {None, ENCRYPTED} and not fits(str(value)):
                key = dotted((SECTION, str(name)))
                text = f"[secret] is not allowed; allowed: {allowed}. Fix: {put_secret(key)}"
                yield Problem(key, text)


def _is_docker_config(text: str) -> bool:
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and isinstance(content.get("auths"), dict)


def _is_git_credentials(text: str) -> bool:
    lines = text.strip().splitlines()
    return bool(lines) and all(_GIT.fullmatch(line) for line in lines)
