"""One error lists all that is missing and each way to get it."""

import importlib.metadata
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from errors import ToolError
from tools.toolchain import ensure, ensure_plugin, pins
from tools.toolchain.resolve import needed_by_up

from .conftest import STEP, VERSION, downloadable, place, program

Pinned = Callable[..., None]


def test_the_error_of_a_machine_with_neither_internet_nor_go(
    pinned: Pinned, bin_on_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", str(tmp_path))
    place(bin_on_path / "other", program("9.9.9"))
    pinned(
        tool=downloadable("https://example.org/tool", b"") | {"build": STEP},
        other=downloadable("https://example.org/other", b""),
        third={"build": STEP},
    )
    with pytest.raises(ToolError) as raised:
        ensure("tool", "other", "third")
    expected = f"""\
3 tools are missing
  tool 1.2.3
    PATH: not there
    download: {tmp_path}/example.org/tool: No such file or directory
    Go build: Go is not installed; tools/go/mod needs 1.26.0 or newer
  other 1.2.3
    PATH: {bin_on_path}/other is 9.9.9
    download: {tmp_path}/example.org/other: No such file or directory
    Go build: its Go module cannot be built from what is published
  third 1.2.3
    PATH: not there
    download: there is none
    Go build: Go is not installed; tools/go/mod needs 1.26.0 or newer
Any of these helps:
  put the tools on PATH in these versions
  make the download reachable: HTTPS_PROXY is honoured, TOOLS_MIRROR names a base URL
  or a folder in which each file lies at HOST/PATH of its URL
  install Go 1.26.0 or newer, with a module proxy that it can reach"""
    assert str(raised.value) == expected


def test_what_could_be_had_is_kept(
    pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_root: Path
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", str(tmp_path))
    place(tmp_path / "example.org/tool", program())
    pinned(
        other=downloadable("https://example.org/other", program()),
        tool=downloadable("https://example.org/tool", program()),
    )
    with pytest.raises(ToolError, match="1 tool is missing"):
        ensure("other", "tool")
    assert (cache_root / "tools/tool/1.2.3/tool").is_file()


def test_a_platform_without_a_verifiable_download_is_named(
    pinned: Pinned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.toolchain.download.this_platform", lambda: "plan9/mips")
    pinned(tool=downloadable("https://example.org/tool", b""))
    with pytest.raises(ToolError, match="none that can be verified for plan9/mips"):
        ensure("tool")


def test_a_cache_that_cannot_be_written_is_named(
    pinned: Pinned, cache_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", "none")
    cache_root.write_text("a file")
    pinned(tool=downloadable("https://example.org/tool", b""))
    with pytest.raises(ToolError, match=f"the cache {cache_root} cannot be used"):
        ensure("tool")


def test_a_cache_in_a_folder_that_is_not_the_users_is_named_with_what_to_set(
    cache_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(os, "access", lambda path, _: asked.append(path))
    with pytest.raises(ToolError, match=f"{cache_root} cannot be .*set GITOPS_BOOTSTRAP_CACHE"):
        ensure("pulumi")
    assert asked == [cache_root.parent]  # the nearest folder that there is


def test_a_cache_elsewhere_in_every_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", "cache")
    with pytest.raises(ToolError, match=r"the cache cache cannot be used: .* the absolute path"):
        ensure("pulumi")


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> Path:
        msg = "could not determine the home directory"
        raise RuntimeError(msg)

    monkeypatch.delenv("GITOPS_BOOTSTRAP_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_path", unknown)
    with pytest.raises(ToolError, match=r"the home directory\. Fix: set GITOPS_BOOTSTRAP_CACHE"):
        ensure("pulumi")


def test_an_unknown_name_is_refused_with_the_known_ones(pinned: Pinned) -> None:
    pinned(tool={"build": STEP})
    with pytest.raises(ToolError, match='no tool "tol" is pinned; known: tool, pulumi-resource-'):
        ensure("tol")


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"version": version, "build": STEP} for version in ("4.34.2", "4.25.0")]
    known = pins.Pins.model_validate({"tools": {}, "plugins": entries})
    monkeypatch.setattr(pins, "load", lambda: known)


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("version", ["4.34.2", "4.25.0"])
def test_the_plugin_is_that_of_the_python_package_and_never_from_path(
    cache_root: Path, bin_on_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    place(bin_on_path / pins.PLUGIN, program(version))
    folder = cache_root / f"pulumi-home/plugins/resource-kubernetes-v{version}"
    ours = place(folder / pins.PLUGIN, program(VERSION))
    assert ensure_plugin() == ours


@pytest.mark.usefixtures("plugins")
def test_a_python_package_without_a_pinned_plugin_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "4.30.0")
    with pytest.raises(
        ToolError, match=r"4\.30\.0 is installed, but the plugin is pinned for 4\.25"
    ):
        ensure_plugin()


def test_up_needs_neither_renderers_nor_the_live_controllers() -> None:
    live = {
        *("argocd", "kruise-manager", "vela", "vela-core"),
        *("cel-eval", "tekton-controller", "tekton-webhook"),
        *(f"tekton-triggers-{part}" for part in ("controller", "interceptors", "sink", "webhook")),
    }
    others = {"actionlint", "helm", "helm4", "kubectl", "kustomize"}
    assert set(pins.load().tools) - set(needed_by_up()) == others | live
    assert pins.PLUGIN in needed_by_up()
