"""The folder of a user's own health checks: `GROUP/KIND.lua`, read and checked."""

import re
from collections.abc import Iterator
from pathlib import Path

from settings.problems import Problem, remove

KEY = "healthChecks.scripts"
LIMIT = 64 * 1024
"""Bytes of one script: argocd-cm holds 1 MiB in all, and the shipped ones are in it too."""

_NAME = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?/[A-Za-z0-9]+")


def read(project: Path, folder: str) -> tuple[dict[str, str], list[Problem]]:
    """Return the scripts by GROUP/KIND, and what is wrong with the folder or its files.

    `folder` is relative to the project. Files with another suffix are none of our business.
    """
    place = project / folder
    files = sorted(place.rglob("*.lua")) if place.is_dir() else []
    if not files:
        state = "holds no *.lua file" if place.is_dir() else "is no folder"
        text = (
            f'"{folder}" {state}; allowed: a folder, relative to Pulumi.yaml, with files '
            f"GROUP/KIND.lua. Fix: make one, or {remove(KEY)}"
        )
        return {}, [Problem(KEY, text)]
    scripts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in files:
        name = path.relative_to(place).with_suffix("").as_posix()
        found = [Problem(KEY, f"{folder}/{name}.lua: {text}") for text in _wrong(name, path)]
        problems += found
        if not found:
            scripts[name] = path.read_text("utf-8")
    return scripts, problems


def _wrong(name: str, path: Path) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield "not named GROUP/KIND.lua, as in apps.kruise.io/CloneSet.lua. Fix: rename or move it"
    try:
        data = path.read_bytes()
        text = data.decode()
    except OSError as error:
        yield f"cannot be read ({error.strerror}); allowed: a readable file. Fix: its permissions"
    except UnicodeDecodeError:
        yield "is not UTF-8; allowed: text in UTF-8. Fix: save it so"
    else:
        if len(data) > LIMIT:
            yield f"{len(data)} bytes; allowed: at most {LIMIT}. Fix: shorten it"
        if not text.strip():
            yield "is empty, which Argo CD takes for no script. Fix: write or remove it"
