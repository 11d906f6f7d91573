"""Where things lie: one cache per user, shared by all checkouts."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from filelock import FileLock, Timeout

from errors import ToolError
from tools.toolchain.progress import LINE_EVERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OTHER_FOLDER = (
    "Fix: set GITOPS_BOOTSTRAP_CACHE to the absolute path of a folder that this user can write to"
)


def root() -> Path:
    """Return the cache folder: GITOPS_BOOTSTRAP_CACHE, or the one the system has for users.

    ToolError where this user could not write to it, as with a home that is nobody's.
    """
    chosen = os.environ.get("GITOPS_BOOTSTRAP_CACHE")
    try:
        folder = Path(chosen) if chosen else platformdirs.user_cache_path("gitops-bootstrap")
    except RuntimeError as exc:  # no HOME, and the system does not know this user
        msg = f"no folder for the cache: {exc}. {OTHER_FOLDER}"
        raise ToolError(msg) from exc
    # os.path.exists, as Path's raises where the user may not look.
    there = next(f for f in (folder, *folder.parents) if os.path.exists(f))  # noqa: PTH110
    if not folder.is_absolute() or not os.access(there, os.W_OK | os.X_OK):
        msg = f"the cache {folder} cannot be used: this user cannot write there. {OTHER_FOLDER}"
        raise ToolError(msg)
    return folder


def pulumi_home() -> Path:
    """Return the PULUMI_HOME that the tools manage, with the engine's automatic logs switched off.

    Since 3.249 each command writes a debug log of all properties, which takes most of its time, and
    there is no switch. A regular file where the folder `logs` would be stops it; all else goes on.
    Ref: https://github.com/pulumi/pulumi/issues/23731
    Remove when: the pinned CLI has a switch.
    """
    home = root() / "pulumi-home"
    logs = home / "logs"
    if not logs.is_file():
        home.mkdir(parents=True, exist_ok=True)
        if logs.is_dir():
            shutil.rmtree(logs)
        logs.touch()
    return home


def tool_folder(name: str, version: str) -> Path:
    """Return where a tool is, or will be."""
    return root() / "tools" / name / version


def plugin_folder(version: str) -> Path:
    """Return where the engine looks for the Kubernetes provider plugin of that version."""
    return pulumi_home() / "plugins" / f"resource-kubernetes-v{version}"


@contextmanager
def installing(binary: Path, label: str, waiting: Callable[[], None]) -> Iterator[Path | None]:
    """Yield an empty folder that becomes the binary's folder when the block ends well.

    Yields None when another run has installed it meanwhile. One run works at a time, the others
    wait: `waiting` is called before, and now and then meanwhile. What a killed run left is removed
    first: its lock went with the process.
    """
    lock = _lock(label)
    held, patience = None, 0.0
    while held is None:
        try:
            held = lock.acquire(timeout=patience)
        except Timeout:
            waiting()
            patience = LINE_EVERY
    with held:
        if binary.is_file():
            yield None
            return
        # Not beside the target: the engine reads the folder that its plugins are in.
        partial = _made(root() / "partial") / label
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            yield partial
            shutil.rmtree(_made(binary.parent))  # a folder without its binary is of no use
            partial.rename(binary.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def is_being_filled() -> bool:
    """Whether a run is installing something; what a killed one has left does not count."""
    partial = root() / "partial"
    return partial.is_dir() and any(_is_held(_lock(path.name)) for path in partial.iterdir())


def _lock(label: str) -> FileLock:
    return FileLock(_made(root() / "locks") / f"{label}.lock")


def _is_held(lock: FileLock) -> bool:
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True


class Record:
    """A small JSON object in the cache that several runs read and write."""

    def __init__(self, path: Path) -> None:
        """Name the file; it need not exist."""
        self._path = path

    def get(self, key: str) -> Any:
        """Return what is recorded under a key, or None."""
        return self._read().get(key)

    def put(self, key: str, value: Any) -> None:
        """Record a value; what other runs recorded meanwhile stays."""
        folder = _made(self._path.parent)
        with FileLock(_made(root() / "locks") / f"{self._path.stem}.json.lock"):
            content = self._read() | {key: value}
            with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
                json.dump(content, file, indent=2, sort_keys=True)
            Path(file.name).replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        except json.JSONDecodeError as exc:
            msg = f"{self._path} is not readable: {exc}; look at it, then delete it"
            raise ToolError(msg) from exc
        return dict(content)


def accepted() -> Record:
    """Return the record of what was accepted on the word of a publisher's checksum file."""
    return Record(root() / "tools" / "accepted.json")


def seen_on_path() -> Record:
    """Return the record of versions that programs on PATH reported."""
    return Record(root() / "tools" / "path.json")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
