"""A toolchain of its own per test: empty cache, empty PATH, its own pins, loopback only."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import toolchain
from tools.toolchain import build, download, pins

Pinned = Callable[..., None]
VERSION = "1.2.3"
STEP: dict[str, object] = {
    "folder": "mod",
    "module": "example.org/tool@v{version}",
    "package": "example.org/tool/cmd",
    "ldflags": "-X example.org/tool.Version=v{version} -X example.org/tool.Minor={minor}",
    "recorded": {"seconds": 60, "packages": 2, "all": 2},
}


def program(version: str = VERSION) -> bytes:
    """Return a program that reports its version."""
    return f'#!/bin/sh\necho "tool version v{version}+build"\n'.encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def place(path: Path, content: bytes) -> Path:
    """Put an executable file somewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return ("127.0.0.1", 0)


@pytest.fixture(autouse=True)
def cache_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "cache"
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", str(root))
    monkeypatch.delenv(toolchain.USABLE, raising=False)  # to install is what is tested
    for name in ("TOOLS_MIRROR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("GOCACHE", "GOMODCACHE", "GOFLAGS", "GOTMPDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pins, "this_platform", lambda: "linux/amd64")
    monkeypatch.setattr(download, "this_platform", lambda: "linux/amd64")
    monkeypatch.setattr(download, "RETRY_AFTER", 0.01)
    return root


@pytest.fixture(autouse=True)
def bin_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture(autouse=True)
def go_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "go"
    (folder / "mod").mkdir(parents=True)
    (folder / "mod/go.mod").write_text("module example.org/tools\n\ngo 1.26.0\n")
    monkeypatch.setattr(build, "MODULES", folder)
    return folder


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that replaces the pin file by these tools."""

    def replace(**tools: dict[str, object]) -> None:
        entries = {
            name.replace("_", "-"): {"version": VERSION, "probe": ["--version"], **fields}
            for name, fields in tools.items()
        }
        known = pins.Pins.model_validate({"tools": entries, "plugins": []})
        monkeypatch.setattr(pins, "load", lambda: known)

    return replace


def downloadable(url: str, content: bytes, **fields: object) -> dict[str, object]:
    """Return a pinned download of this content."""
    digests = {"release": VERSION, "sha256": {"linux/amd64": sha256(content)}}
    return {"download": {"url": url, "only": ["linux/amd64"], "digests": digests, **fields}}
