"""From names to programs: PATH, cache, official download, Go build, in this order."""

from __future__ import annotations

import importlib.metadata
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from errors import ToolError
from tools.toolchain import build, cache, on_path, pins
from tools.toolchain.progress import Progress, duration, note
from tools.toolchain.ways import NotTriedError, RefusedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

USABLE = "GITOPS_BOOTSTRAP_TOOLS"
"""Environment variable, set around every test: the tools that it names, with commas. Where it is
set, no other tool is there, and none is installed."""


@dataclass(frozen=True)
class Found:
    """A tool that is there."""

    version: str
    path: Path
    source: str
    """How it came: `path`, or what was downloaded or built."""


@dataclass
class _Wanted:
    """A tool that is wanted, and why it could not be had so far."""

    name: str
    tool: pins.Tool
    binary: Path
    reasons: list[str] = field(default_factory=list)
    refused: bool = False

    @property
    def label(self) -> str:
        return f"{self.name} {self.tool.version}"


def ensure(*names: str) -> dict[str, Path]:
    """Return the paths of the named tools, which are fetched or built where they are missing.

    Raises one ToolError that lists everything that cannot be had and each way to get it.
    """
    return {name: found.path for name, found in resolve(*names).items()}


def ensure_plugin() -> Path:
    """Return the Kubernetes provider plugin in the version that the Python package asks for."""
    return ensure(pins.PLUGIN)[pins.PLUGIN]


def resolve(*names: str) -> dict[str, Found]:
    """Return the named tools with version and source, in the order of the names."""
    found: dict[str, Found] = {}
    missing: list[_Wanted] = []
    wanted = [_wanted(name) for name in dict.fromkeys(names)]
    for want in wanted:
        hit = _there(want)
        if hit:
            found[want.name] = hit
        else:
            missing.append(want)
    if missing:
        _refuse_within_tests([want.name for want in missing])
        try:
            _install(missing)
        except OSError as exc:
            msg = f"the cache {cache.root()} cannot be used: {exc}"
            raise ToolError(msg) from exc
        found |= {want.name: _installed(want) for want in missing}
    return {want.name: found[want.name] for want in wanted}


def present(*names: str) -> dict[str, Found | None]:
    """Return what is there of the named tools without fetching any; None for a missing one."""
    wanted = [_wanted(name) for name in dict.fromkeys(names)]
    return {want.name: _there(want) for want in wanted}


def needed_by_up() -> list[str]:
    """Return the names of all tools that the platform comes up with."""
    tools = pins.load().tools
    return [*(name for name, tool in tools.items() if tool.needed_by_up), pins.PLUGIN]


def _usable() -> list[str] | None:
    named = os.environ.get(USABLE)
    return None if named is None else named.split(",")


def _there(want: _Wanted) -> Found | None:
    usable = _usable()
    # The same answer whether or not another run has left the tool in the cache.
    if usable is not None and want.name not in usable:
        return None
    return _on_path(want) or _cached(want)


def _refuse_within_tests(missing: list[str]) -> None:
    """Raise a ToolError where tools may not be installed, with what to do about each."""
    usable = _usable()
    if usable is None:
        return
    lines = [f"{USABLE} is set, as it is within a test: nothing is installed"]
    if unnamed := [name for name in missing if name not in usable]:
        marker = ", ".join(f'"{name}"' for name in unnamed)
        lines.append(f"  not named by the test: add @pytest.mark.tools({marker})")
    if named := [name for name in missing if name in usable]:
        lines.append(f'  not there: make tools ARGS="{" ".join(named)}"')
    raise ToolError("\n".join(lines))


def _wanted(name: str) -> _Wanted:
    known = pins.load()
    if name == pins.PLUGIN:
        tool = _plugin(known)
        return _Wanted(name, tool, cache.plugin_folder(tool.version) / name)
    if name not in known.tools:
        msg = f'no tool "{name}" is pinned; known: {", ".join([*known.tools, pins.PLUGIN])}'
        raise ToolError(msg)
    tool = known.tools[name]
    return _Wanted(name, tool, cache.tool_folder(name, tool.version) / name)


def _plugin(known: pins.Pins) -> pins.Tool:
    """Return the plugin that the installed Python package asks the engine for."""
    try:
        version = importlib.metadata.version("pulumi-kubernetes")
    except importlib.metadata.PackageNotFoundError as exc:
        msg = "the Python package pulumi-kubernetes is not installed: install a lock file"
        raise ToolError(msg) from exc
    by_version = {tool.version: tool for tool in known.plugins}
    if version not in by_version:
        msg = (
            f"pulumi-kubernetes {version} is installed, but the plugin is pinned for"
            f" {' and '.join(sorted(by_version))}: install a lock file"
        )
        raise ToolError(msg)
    return by_version[version]


def _on_path(want: _Wanted) -> Found | None:
    # Without a probe nothing says which version it is. The plugin has none on purpose: the engine
    # takes one from PATH in any version.
    if not want.tool.probe:
        return None
    seen = on_path.find(want.name, want.tool.probe)
    if seen is None:
        want.reasons.append("PATH: not there")
        return None
    path, version = seen
    if version != want.tool.version:
        want.reasons.append(f"PATH: {path} is {version or 'of unknown version'}")
        return None
    return Found(version, path, "path")


def _cached(want: _Wanted) -> Found | None:
    return _installed(want) if want.binary.is_file() else None


def _installed(want: _Wanted) -> Found:
    source = want.binary.with_name(".source")
    told = source.read_text().strip() if source.is_file() else "unknown"
    return Found(want.tool.version, want.binary, told)


def _install(missing: list[_Wanted]) -> None:
    """Download what can be downloaded, build the rest, raise one error for what is left."""
    # Here, because importing the HTTP client takes longer than all of a run with nothing to do.
    from tools.toolchain.download import Downloads  # noqa: PLC0415

    # In the order of the file, in which the builds were recorded.
    order = [*pins.load().tools, pins.PLUGIN]
    missing = sorted(missing, key=lambda want: order.index(want.name))
    downloads = Downloads()
    progress = Progress({f"downloading {want.label}": 0.0 for want in missing})
    left = [
        want
        for want in missing
        if not _done(want, "download", partial(downloads.install, want.name, want.tool, progress))
    ]
    if left:
        _build(left, offline=downloads.offline)


def _build(left: list[_Wanted], *, offline: bool) -> None:
    """Build tools, and remove what builds leave for further ones where nothing is left to build."""
    builds = _builds(left)
    packages = _to_compile(builds)
    seconds = {
        f"building {want.label}": builds[want.name].recorded.seconds_for(packages[want.name])
        for want in left
    }
    takes = f"{duration(sum(seconds.values()))} on two cores"
    space = build.check_space(sum(packages.values()))
    note(f"to be built: {', '.join(builds)}; about {takes} and {space}. Ctrl-C keeps what is done.")
    progress = Progress(seconds)
    for want in list(left):
        if _done(want, "Go build", partial(build.install, want.name, want.tool, progress)):
            left.remove(want)
        progress.over(f"building {want.label}")
    if left:
        raise ToolError(_report(left))
    if any(offline or not want.tool.download for want in _not_yet_built()):
        if kept := build.caches():
            note(
                f"what builds of further tools can use is kept in {' and '.join(map(str, kept))};"
                " make tools ARGS=--clean removes it"
            )
    elif not cache.is_being_filled():
        build.remove_caches()


def _builds(left: list[_Wanted]) -> dict[str, pins.Build]:
    """Return how the tools are built, by name.

    Raises a ToolError where one of them cannot be: the minutes for the others would be lost.
    """
    builds: dict[str, pins.Build] = {}
    for want in left:
        try:
            if not want.refused:
                builds[want.name] = build.checked(want.tool)
        except UnavailableError as exc:
            want.reasons.append(f"Go build: {exc}")
    if closed := [want for want in left if want.name not in builds]:
        raise ToolError(_report(closed))
    return builds


def _to_compile(builds: Mapping[str, pins.Build]) -> dict[str, int]:
    """Return about how many packages each build compiles: all, where it is the first of its folder.

    What it shares with others of the folder is compiled once.
    """
    there = {want.tool.build.folder for want in _every() if want.tool.build and _there(want)}
    packages = {}
    for name, one in builds.items():
        recorded = one.recorded
        packages[name] = recorded.packages if one.folder in there else recorded.all
        there.add(one.folder)
    return packages


def _every() -> list[_Wanted]:
    return [_wanted(name) for name in pins.load().tools]


def _not_yet_built() -> list[_Wanted]:
    return [want for want in _every() if want.tool.build and not _there(want)]


def _done(want: _Wanted, way: str, install: Callable[[Path], str]) -> bool:
    waiting = partial(note, f"{want.label}: waiting for another run that installs it")
    try:
        with cache.installing(want.binary, want.label.replace(" ", "-"), waiting) as folder:
            if folder is not None:
                source = install(folder)
                _check_version(want, folder / want.name)
                (folder / ".source").write_text(f"{source}\n")
    except (UnavailableError, RefusedError) as exc:
        want.refused = isinstance(exc, RefusedError)
        want.reasons.append(f"{way}: {exc}")
        if not isinstance(exc, NotTriedError):
            note(f"{want.label}: {want.reasons[-1]}")
        return False
    return True


def _check_version(want: _Wanted, binary: Path) -> None:
    if want.tool.probe:
        version = on_path.reported_version(binary, want.tool.probe)
        if version != want.tool.version:
            msg = f"the program reports version {version}, not {want.tool.version}"
            raise UnavailableError(msg)


def _report(left: list[_Wanted]) -> str:
    lines = [f"{len(left)} tools are missing" if len(left) > 1 else "1 tool is missing"]
    for want in left:
        lines.append(f"  {want.name} {want.tool.version}")
        lines += [f"    {reason}" for reason in want.reasons]
    wait = [want for want in left if want.refused]
    if wait:
        lines += [
            "Refused bytes are not replaced by another way. When you know why they differ: correct",
            "pins.yaml or accepted.json, or set TOOLS_MIRROR=none to leave downloads out.",
        ]
    lines.append("Any of these helps:")
    if any(want.tool.probe for want in left):
        lines.append("  put the tools on PATH in these versions")
    if any(want.tool.download for want in left):
        if os.environ.get("TOOLS_MIRROR") == "none":
            lines.append("  unset TOOLS_MIRROR, which leaves downloads out")
        lines += [
            "  make the download reachable: HTTPS_PROXY is honoured, TOOLS_MIRROR names a base URL",
            "  or a folder in which each file lies at HOST/PATH of its URL",
        ]
    folders = {want.tool.build.folder for want in left if want.tool.build}
    if folders:
        newest = max((build.required_go(folder) for folder in folders), key=build.numbers)
        lines.append(f"  install Go {newest} or newer, with a module proxy that it can reach")
    return "\n".join(lines)
