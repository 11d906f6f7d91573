"""The third way to a tool: a Go build from a module folder with committed go.mod and go.sum."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import deque
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING

from errors import ToolError
from tools.toolchain import cache, edits
from tools.toolchain.pins import this_platform
from tools.toolchain.ways import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.toolchain.pins import Build, Tool
    from tools.toolchain.progress import Progress

MODULES = Path(__file__).parents[1] / "go"
LOOK_EVERY = 0.2
LINES_KEPT = 15
# Nobody debugs these programs, and the tables for it are a tenth of the work.
COMPILER = "-gcflags=all=-dwarf=false"
GB = 1e9
# Measured with all tools: modules, compiled packages and programs.
PER_PACKAGE = 0.0015 * GB


def install(name: str, tool: Tool, progress: Progress, into: Path) -> str:
    """Build the tool's program into a folder and return what it was built from."""
    build = checked(tool)
    source = into / ".source-tree"
    with progress.step(f"building {name} {tool.version}"):
        _prepare(tool, build, source)
        # Stale is what the build will compile. Modules that are not there yet are fetched here.
        listing = ["go", "list", "-deps", "-trimpath", COMPILER]
        listing += ["-f", "{{if .Stale}}{{.ImportPath}}{{end}}", build.package]
        total = _run(listing, source, progress)
        progress.expect(build.recorded.seconds_for(total))
        command = ["go", "build", "-v", "-trimpath", COMPILER]
        command += ["-ldflags", tool.expand(f"-s -w {build.ldflags}").strip()]
        _run([*command, "-o", str(into / name), build.package], source, progress, total)
        shutil.rmtree(source)
    return f"build {tool.expand(build.module)} with {_version(build.folder)}: {total} packages"


def checked(tool: Tool) -> Build:
    """Return how a tool is built; an UnavailableError says why it cannot be built here."""
    if tool.build is None:
        msg = "its Go module cannot be built from what is published"
        raise UnavailableError(msg)
    _check_go(tool.build.folder)
    return tool.build


def check_space(packages: int) -> str:
    """Return how much disk it takes to compile so many packages, in words.

    Raises a ToolError where there is less.
    """
    need = PER_PACKAGE * packages
    free = shutil.disk_usage(cache.root()).free
    told = f"{need / GB:.1f} GB of disk in {cache.root()}"
    if free < need:
        msg = (
            f"building these tools needs {told}, and {free / GB:.1f} GB are free:"
            " make room, or name another folder in GITOPS_BOOTSTRAP_CACHE"
        )
        raise ToolError(msg)
    return told


def remove_caches() -> None:
    """Remove the modules and compiled packages that builds left; what the user has set stays.

    Not with `go clean`: Go may be gone by now.
    """
    for folder in caches():
        for inside, _, _ in os.walk(folder):
            Path(inside).chmod(0o755)  # Go writes modules read-only
        shutil.rmtree(folder)


def caches() -> list[Path]:
    """Return the folders that Go keeps modules and compiled packages in, where they are ours."""
    return [
        folder
        for variable, folder in _own_caches().items()
        if variable not in os.environ and folder.is_dir()
    ]


def _own_caches() -> dict[str, Path]:
    return {"GOCACHE": cache.root() / "go/build", "GOMODCACHE": cache.root() / "go/modules"}


def required_go(folder: str) -> str:
    """Return the Go version that a module folder needs."""
    found = re.search(r"^go (\S+)$", _go_mod(folder), re.MULTILINE)
    if found is None:
        msg = f"tools/go/{folder}/go.mod has no go line"
        raise UnavailableError(msg)
    return found[1]


def _go_mod(folder: str) -> str:
    return (MODULES / folder / "go.mod").read_text("utf-8")


def _check_go(folder: str) -> None:
    """Refuse to build with a Go that is missing or too old.

    Asked in the module's folder, where Go may switch to a newer toolchain if GOTOOLCHAIN allows it.
    """
    required = required_go(folder)
    if shutil.which("go") is None:
        msg = f"Go is not installed; tools/go/{folder} needs {required} or newer"
        raise UnavailableError(msg)
    try:
        found = _version(folder)
    except UnavailableError as exc:
        msg = f"tools/go/{folder} needs Go {required} or newer; {exc}"
        raise UnavailableError(msg) from exc
    if numbers(found) < numbers(required):
        msg = f"Go is {found}; tools/go/{folder} needs {required} or newer"
        raise UnavailableError(msg)


def _version(folder: str) -> str:
    return _go("env", "GOVERSION", folder=MODULES / folder).strip()


def numbers(version: str) -> tuple[int, ...]:
    """Return a Go version as numbers that compare."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def _environment() -> dict[str, str]:
    goos, goarch = this_platform().split("/")
    own = {variable: str(folder) for variable, folder in _own_caches().items()}
    own |= {
        # The compiler runs once per package and needs little: it need not collect garbage as often.
        "GOGC": "400",
    }
    # No workspace, no foreign target and no flags of the user: none belongs to these modules.
    fixed = {"CGO_ENABLED": "0", "GOWORK": "off", "GOOS": goos, "GOARCH": goarch}
    # Not empty: then Go would take what `go env -w` has set.
    fixed |= {"GOFLAGS": "-mod=readonly"}
    return own | os.environ | fixed


def _prepare(tool: Tool, build: Build, copy: Path) -> None:
    """Copy the module folder and add what its build needs: embedded files, edited modules.

    They are too large to commit, and the checkout is not written to.
    """
    shutil.copytree(MODULES / build.folder, copy)
    module = tool.expand(build.module).partition("@")[0]
    for file in build.embed:
        # The content only: the module cache is read-only, and the copy has to be removable.
        target = copy / build.package / Path(file).name
        shutil.copyfile(_module_folder(copy, module) / file, target)
    required = _go_mod(build.folder)
    for number, (path, changes) in enumerate(edits.load(MODULES).items()):
        if re.search(rf"\s{re.escape(path)} v", required):
            source = _module_folder(copy, path)
            edits.copy_edited(source, copy / f"edited/{number}", path, changes)
            _go("mod", "edit", f"-replace={path}=./edited/{number}", folder=copy)


def _module_folder(folder: Path, module: str) -> Path:
    return Path(json.loads(_go("mod", "download", "-json", module, folder=folder))["Dir"])


def _go(*args: str, folder: Path) -> str:
    answer = subprocess.run(
        ["go", *args], cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise UnavailableError(_told((answer.stderr or answer.stdout).splitlines()))
    return answer.stdout


def _run(command: list[str], folder: Path, progress: Progress, total: int = 0) -> int:
    """Run a Go command and return how many packages it named.

    It ends with this process: at once, or after a kill when it next writes to the closed pipe. What
    it then leaves unfinished lies in the folder, and goes with it.
    """
    output = _Output()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environment() | {"GOTMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        reader = Thread(target=output.read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            while process.poll() is None:
                reader.join(LOOK_EVERY)
                progress.update(*output.how_far(total))
        finally:
            process.kill()
            reader.join()
    if process.returncode:
        raise UnavailableError(_told(output.words))
    return output.packages


def _told(words: Iterable[str]) -> str:
    return "\n".join(["go failed:", *(f"      {line}" for line in words)])


class _Output:
    """What Go says while it works: fetched modules, packages, and words for a reader."""

    def __init__(self) -> None:
        self.words: deque[str] = deque(maxlen=LINES_KEPT)
        self.packages = 0
        self._fetched = 0

    def read(self, stream: IO[str]) -> None:
        for line in stream:
            text = line.rstrip()
            if text.startswith("go: downloading "):
                self._fetched += 1
            elif re.fullmatch(r"[\w.~+/@-]+", text):
                self.packages += 1
            else:
                self.words.append(text)

    def how_far(self, total: int) -> tuple[str, float]:
        if not total:
            return f"finding out what to compile, {self._fetched} modules fetched", 0.0
        # The last one is the program itself, and linking it takes a while.
        return f"{self.packages} of {total} packages compiled", self.packages / (total + 1)
