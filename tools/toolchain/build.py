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

from tools.toolchain.pins import this_platform
from tools.toolchain.progress import Progress
from tools.toolchain.ways import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.toolchain.pins import Build, Edit, Tool

MODULES = Path(__file__).parents[1] / "go"
LOOK_EVERY = 0.2
LINES_KEPT = 15


def install(name: str, tool: Tool, into: Path, counter: str) -> str:
    """Build the tool's programs into a folder and return what they were built from."""
    if not tool.builds:
        msg = "its Go module cannot be built from what is published"
        raise UnavailableError(msg)
    versions = [_build(name, tool, build, into, counter) for build in tool.builds]
    modules = ", ".join(tool.expand(build.module) for build in tool.builds)
    return f"build {modules} with {versions[0]}"


def required_go(folder: str) -> str:
    """Return the Go version that a module folder needs."""
    found = re.search(r"^go (\S+)$", (MODULES / folder / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        msg = f"tools/go/{folder}/go.mod has no go line"
        raise UnavailableError(msg)
    return found[1]


def _build(name: str, tool: Tool, build: Build, into: Path, counter: str) -> str:
    go_version = _check_go(build.folder)
    binary = build.binary or name
    with Progress(f"building {binary} {tool.version} ({counter})") as progress:
        source = MODULES / build.folder
        if build.embed or build.edits:
            source = _prepared_copy(tool, build, into)
        # Stale is what the build will compile. Modules that are not there yet are fetched here.
        listing = ["go", "list", "-deps", "-trimpath", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"]
        total = _run([*listing, build.package], source, progress)
        command = ["go", "build", "-v", "-trimpath"]
        command += ["-ldflags", tool.expand(f"-s -w {build.ldflags}").strip()]
        command += ["-o", str(into / binary), build.package]
        _run(command, source, progress, total)
        if source.parent == into:
            shutil.rmtree(source)
    return go_version


def _check_go(folder: str) -> str:
    """Return the version of the Go that would build the module, if it is new enough.

    Asked in the module's folder, where Go may switch to a newer toolchain if GOTOOLCHAIN allows it.
    """
    required = required_go(folder)
    if shutil.which("go") is None:
        msg = f"Go is not installed; tools/go/{folder} needs {required} or newer"
        raise UnavailableError(msg)
    answer = subprocess.run(
        ["go", "env", "GOVERSION"],
        cwd=MODULES / folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = answer.stdout.strip()
    if answer.returncode or numbers(found) < numbers(required):
        told = found or answer.stderr.strip()
        msg = f"Go is {told}; tools/go/{folder} needs {required} or newer"
        raise UnavailableError(msg)
    return found


def numbers(version: str) -> tuple[int, ...]:
    """Return a Go version as numbers that compare."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def _environment() -> dict[str, str]:
    goos, goarch = this_platform().split("/")
    # No workspace and no foreign target: neither belongs to these modules.
    return os.environ | {"CGO_ENABLED": "0", "GOWORK": "off", "GOOS": goos, "GOARCH": goarch}


def _prepared_copy(tool: Tool, build: Build, into: Path) -> Path:
    """Return a copy of the module folder with what its build needs: embedded files, edited modules.

    They are too large to commit, and the checkout is not written to.
    """
    copy = into / ".source"
    shutil.copytree(MODULES / build.folder, copy)
    module = tool.expand(build.module).partition("@")[0]
    for file in build.embed:
        # The content only: the module cache is read-only, and the copy has to be removable.
        shutil.copyfile(_module_folder(copy, module) / file, copy / Path(file).name)
    edited: dict[str, Path] = {}
    for edit in build.edits:
        if edit.module not in edited:
            edited[edit.module] = target = copy / "edited" / str(len(edited))
            _copy_contents(_module_folder(copy, edit.module), target)
        _edit(edited[edit.module] / edit.file, edit)
    for path, target in edited.items():
        _go("mod", "edit", f"-replace={path}=./{target.relative_to(copy)}", folder=copy)
    return copy


def _module_folder(folder: Path, module: str) -> Path:
    return Path(json.loads(_go("mod", "download", "-json", module, folder=folder))["Dir"])


def _copy_contents(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            copied = target / file.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)


def _edit(file: Path, edit: Edit) -> None:
    text = file.read_text()
    if (count := text.count(edit.old)) != 1:
        msg = f"{edit.module}/{edit.file} has the text to edit {count} times: {edit.old!r}"
        raise UnavailableError(msg)
    file.write_text(text.replace(edit.old, edit.new))


def _go(*args: str, folder: Path) -> str:
    answer = subprocess.run(
        ["go", *args], cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise UnavailableError(_told([*answer.stdout.splitlines(), *answer.stderr.splitlines()]))
    return answer.stdout


def _run(command: list[str], folder: Path, progress: Progress, total: int = 0) -> int:
    """Run a Go command and return how many packages it named.

    It ends with this process: at once, or after a kill when it next writes to the closed pipe.
    """
    output = _Output()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        reader = Thread(target=output.read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            while process.poll() is None:
                reader.join(LOOK_EVERY)
                progress.update(output.how_far(total))
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

    def how_far(self, total: int) -> str:
        if not total:
            return f"{self._fetched} modules fetched"
        # The last one is the program itself, and linking it takes a while.
        return f"{self.packages} of {total} packages compiled"
