"""Rules for builds: what else must be there for them to work, and to stay among themselves."""

import json
import re
from collections.abc import Iterator

from settings.problems import Problem, dotted, put, put_secret, remove
from settings.secrets import ENCRYPTED, SECTION
from settings.sections.credentials import SEED
from settings.sections.delivery_build import BuildSettings
from stack.rules.base import rule
from stack.settings import Settings

_GIT = re.compile(r"https://[^\s:@/]+:[^\s@/]+@[^\s@/]+")
_OURS = {"clone": ("url", "revision"), "builder": ("IMAGE",)}


@rule("delivery.*", "tekton.resolvers", "tekton.enabled")
def builds_have_a_resolver(settings: Settings) -> Iterator[Problem]:
    """Yield builds whose tasks nobody would fetch."""
    resolvers = settings.tekton.resolvers
    if not settings.tekton.enabled or (resolvers.enabled and resolvers.bundles):
        return
    for key, _ in _builds(settings):
        off = "tekton.resolvers.bundles" if resolvers.enabled else "tekton.resolvers.enabled"
        text = (
            f"set, and {off} is false: its tasks come from bundles; allowed: not set without the "
            f"resolver. Fix: {put(off, 'true')}, or {remove(key)}"
        )
        yield Problem(key, text)


@rule("delivery.*")
def builds_have_a_listener(settings: Settings) -> Iterator[Problem]:
    """Yield builds without the listener that a finished build tells."""
    for name, application in settings.delivery.applications.items():
        if application.build and not application.push:
            key = dotted(("delivery", "applications", name, "build"))
            push = dotted(("delivery", "applications", name, "push"))
            text = (
                "set without push, and a finished build asks the listener of push for the "
                "delivery; allowed: with push, whose listener nobody else reaches without "
                f"{push}.callers. Fix: openssl rand -hex 32 | {put_secret('secrets.push')}, then "
                f"{put(f'{push}.secretFrom', 'push')}"
            )
            yield Problem(key, text)


@rule("delivery.*", f"{SECTION}.{SEED}", "argoCd.mode", "argoCd.enabled")
def builds_have_a_token(settings: Settings) -> Iterator[Problem]:
    """Yield a seed that is missing where no rule of Argo CD's asks for it."""
    if settings.argo_cd.managed or SEED in settings.secrets or not any(_builds(settings)):
        return
    key = dotted((SECTION, SEED))
    text = (
        "not set, and what a build identifies itself with is derived from it; allowed: 32 "
        "characters or more, at random, without spaces. "
        f"Fix: openssl rand -base64 32 | {put_secret(key)}"
    )
    yield Problem(key, text)


@rule("delivery.*")
def parameters_of_the_pipeline_are_its_own(settings: Settings) -> Iterator[Problem]:
    """Yield parameters that the pipeline gives, and values in which Tekton would replace parts."""
    for key, build in _builds(settings):
        for task, ours in _OURS.items():
            for name, value in getattr(build, task).parameters.items():
                here = f"{key}.{task}.parameters.{name}"
                if name in ours:
                    text = f"not allowed: the pipeline gives it; allowed: any but {', '.join(ours)}"
                    yield Problem(here, f"{text}. Fix: {remove(here)}")
                elif "$(" in value:
                    text = (
                        f"{json.dumps(value)} is not allowed: Tekton replaces $(...); allowed: a "
                        f"text without it. Fix: {put(here, 'VALUE')}"
                    )
                    yield Problem(here, text)


@rule("delivery.*", SECTION)
def credentials_can_be_read(settings: Settings) -> Iterator[Problem]:
    """Yield credentials that no builder, or no Git, would understand; none of them is shown."""
    for _, build in _builds(settings):
        for name, fits, allowed in (
            (build.registry_from, _is_docker_config, '{"auths": {"HOST": {"auth": "..."}}}'),
            (build.git_from, _is_git_credentials, "lines of https://USER:TOKEN@HOST"),
        ):
            value = settings.secret(name) if name and name in settings.secrets else None
            if value not in {None, ENCRYPTED} and not fits(str(value)):
                key = dotted((SECTION, str(name)))
                text = f"[secret] is not allowed; allowed: {allowed}. Fix: {put_secret(key)}"
                yield Problem(key, text)


def _builds(settings: Settings) -> Iterator[tuple[str, BuildSettings]]:
    for name, application in settings.delivery.applications.items():
        if application.build:
            yield dotted(("delivery", "applications", name, "build")), application.build


def _is_docker_config(text: str) -> bool:
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and isinstance(content.get("auths"), dict)


def _is_git_credentials(text: str) -> bool:
    lines = text.strip().splitlines()
    return bool(lines) and all(_GIT.fullmatch(line) for line in lines)
