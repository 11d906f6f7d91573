"""From Pulumi's raw configuration to `Settings`, or to one error that lists every problem."""

import difflib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path as File
from typing import Any

import pulumi
from pydantic import ValidationError

from components.health_checks import own_scripts
from errors import ConfigError
from settings import secrets
from settings.problems import Path, Problem, location, problem_of, put, remove, report
from stack import rules
from stack.settings import Settings

PROJECT = "gitops-bootstrap"
"""The namespace of this program's keys in a stack file: the project's name in Pulumi.yaml."""

_MOST_NESTED = 8
"""How deep a section can be inside others."""


def load_from_pulumi() -> Settings:
    """Return the settings of the stack that is running; raises ConfigError as `load` does."""
    runtime = pulumi.runtime.config
    config = {**runtime.get_config_env(), **runtime.CONFIG.get()}
    secret_keys = {key for key in config if runtime.is_config_secret(key)}
    return load(
        config,
        stack=pulumi.get_stack(),
        dry_run=pulumi.runtime.is_dry_run(),
        environ=os.environ,
        secret_keys=secret_keys | set(runtime.get_config_secret_keys_env()),
    )


def load(
    config: Mapping[str, str],
    *,
    stack: str,
    dry_run: bool,
    environ: Mapping[str, str],
    secret_keys: Collection[str] = (),
    project: File = File(),
) -> Settings:
    """Return the settings that raw configuration values stand for.

    `config` has the full keys, `gitops-bootstrap:argoCd`, and JSON or scalars as text. `environ`
    gives KUBECONFIG and HOME. A preview (`dry_run`) needs no cluster. `project` is the folder that
    Pulumi.yaml is in. Raises ConfigError with every problem, sorted by key; values of `secret_keys`
    are not shown in it.
    """
    prefix = f"{PROJECT}:"
    raw = {
        key.removeprefix(prefix): _parsed(value)
        for key, value in config.items()
        if key.startswith(prefix)
    }
    secret = {key.removeprefix(prefix) for key in secret_keys if key.startswith(prefix)}
    plain = list(secrets.plain_values(raw.get(secrets.SECTION), secret))
    if secrets.SECTION in raw:
        raw[secrets.SECTION] = secrets.unveiled(raw[secrets.SECTION])
    settings, invalid, problems = _validated(raw, secret | {secrets.SECTION})
    problems += plain
    problems += _misplaced_keys(config)
    problems += _secrets_in_plain_sections(secret & raw.keys() - {secrets.SECTION})
    problems += rules.broken(settings, invalid)
    kubeconfig = _kubeconfig(settings, environ)
    if not any(path[0] == "cluster" for path in invalid):
        problems += _cluster_selection(settings, kubeconfig, dry_run=dry_run)
    checks = settings.health_checks
    if checks.scripts:
        scripts, wrong = own_scripts.read(project, checks.scripts)
        checks, problems = checks.with_own_scripts(scripts), problems + wrong
    if problems:
        raise ConfigError(report(stack, problems))
    update = {
        "kubeconfig": kubeconfig,
        "identifier": settings.cluster.identifier.replace("<stack>", stack),
    }
    cluster = settings.cluster.model_copy(update=update)
    return settings.model_copy(update={"cluster": cluster, "health_checks": checks})


def _parsed(value: str) -> Any:
    """Return the map or list that a value is the JSON of; another value stays as it is."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if isinstance(parsed, dict | list) else value


def _validated(
    raw: dict[str, Any], secret: Collection[str]
) -> tuple[Settings, set[Path], list[Problem]]:
    """Return the settings, the keys that are invalid and what is wrong with them.

    Invalid values are left out of the settings, which then have defaults in their place: so the
    rules can be checked in the same run.
    """
    invalid: set[Path] = set()
    problems: list[Problem] = []
    # What is invalid is left out, then what lacks it; where that does not do, the whole section.
    for depth in (*[None] * _MOST_NESTED, 1):
        try:
            return Settings.model_validate(raw), invalid, problems
        except ValidationError as error:
            for details in error.errors(include_url=False, include_context=False):
                path, _ = location(details)
                lacks = details["type"] == "missing"
                # What was left out before is missing now: that is said already.
                if not (lacks and any(bad[: len(path)] == path for bad in invalid)):
                    is_secret = path[0] in secret
                    problems.append(problem_of(details, _schema(), secret=is_secret))
                invalid.add((path[:-1] if lacks else path)[:depth])
        raw = _without(raw, invalid)
    return Settings.model_validate(raw), invalid, problems


@cache
def _schema() -> dict[str, Any]:
    """Return what is allowed; only problems need it, and it takes a third of a second."""
    return Settings.model_json_schema()


def _without(raw: Any, paths: Collection[Path], here: Path = ()) -> Any:
    """Return a copy without the values at the paths; lists with an invalid item go as a whole."""
    if not isinstance(raw, dict):
        return raw
    kept = {}
    for key, value in raw.items():
        path = (*here, key)
        in_list = isinstance(value, list) and any(bad[: len(path)] == path for bad in paths)
        if path not in paths and not in_list:
            kept[key] = _without(value, paths, path)
    return kept


def _misplaced_keys(config: Mapping[str, str]) -> Iterator[Problem]:
    """Yield keys outside the project's namespace that seem to have an effect and have none."""
    for key in config:
        namespace, _, name = key.partition(":")
        if namespace == "kubernetes":
            ours = f"cluster.{name}" if name in {"context", "kubeconfig"} else "cluster.context"
            text = (
                "has no effect, as this program does not use the default provider; "
                f"allowed: {PROJECT}:{ours}. Fix: pulumi config rm {key}, then {put(ours, 'VALUE')}"
            )
            yield Problem(key, text)
        elif namespace != PROJECT and difflib.get_close_matches(namespace, [PROJECT], cutoff=0.8):
            text = f"unknown namespace; did you mean {PROJECT}:{name}? Fix: rename or remove it"
            yield Problem(key, text)


def _secrets_in_plain_sections(sections: Collection[str]) -> Iterator[Problem]:
    """Yield the sections with encrypted values, which would end in the state as plain text."""
    for key in sections:
        text = (
            "[secret] is not allowed: the section is not kept secret in previews and in the state; "
            f"allowed: plain values. Fix: {remove(key)}, then set its keys without --secret"
        )
        yield Problem(key, text)


def _kubeconfig(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """Return the kubeconfig's path from the setting or else from KUBECONFIG."""
    path = settings.cluster.kubeconfig or environ.get("KUBECONFIG", "").strip()
    if path.startswith("~/") and (home := environ.get("HOME")):
        path = home + path.removeprefix("~")
    return path or None


def _cluster_selection(
    settings: Settings, kubeconfig: str | None, *, dry_run: bool
) -> Iterator[Problem]:
    """Yield what leaves open which cluster is meant."""
    cluster = settings.cluster
    if cluster.context is None and kubeconfig is None and not dry_run:
        text = (
            "not set, and neither is cluster.kubeconfig nor KUBECONFIG: this program never acts on "
            "whatever context is current; allowed: text, the name of a kubeconfig context. "
            f"Fix: {put('cluster.context', 'NAME')}, or export KUBECONFIG=FILE"
        )
        yield Problem("cluster.context", text)
    files = [part for part in (kubeconfig or "").split(os.pathsep) if part]
    if cluster.kubeconfig is None and len(files) > 1:
        text = (
            f"not set, and KUBECONFIG names {len(files)} files; allowed: one file. "
            f"Fix: {put('cluster.kubeconfig', 'FILE')}, or export KUBECONFIG=FILE"
        )
        yield Problem("cluster.kubeconfig", text)
