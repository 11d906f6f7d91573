"""The pin file: which tools, in which version, from where."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from errors import ToolError

PINS = Path(__file__).with_name("pins.yaml")
PLUGIN = "pulumi-resource-kubernetes"

PACKAGE_SECONDS = 0.075
"""How long a package takes to compile: the mean of all tools, on two quiet cores."""

Platform = Literal["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"]
PLATFORMS: frozenset[Platform] = frozenset(get_args(Platform))
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Digests(_Section):
    """The digests of one release, taken from a public record that a comment names."""

    release: Version
    """The version they belong to: a bump that leaves them behind is refused."""
    sha256: dict[Platform, Sha256]


class Download(_Section):
    """The official download. Templates know {version}, {os}, {arch} and {ext}."""

    url: str
    only: frozenset[Platform] = PLATFORMS
    """The platforms that the publisher serves and whose bytes can be verified."""
    arch_names: dict[str, str] = Field(default_factory=dict)
    """What the publisher calls an architecture, where it is not Go's name."""
    ext: dict[str, str] = Field(default_factory=dict)
    """The kind of archive per operating system, where it is not tar.gz."""
    member: str | None = None
    """The binary's path in the archive. Without member and folder the file is the binary."""
    folder: str | None = None
    """The archive's folder that is unpacked whole, with the binary in it."""
    digests: Digests | None = None
    checksums: str | None = None
    """The publisher's checksum file, for platforms that `digests` lacks."""

    @model_validator(mode="after")
    def _verifiable(self) -> Self:
        known = self.digests.sha256 if self.digests else {}
        unknown = sorted(self.only - set(known))
        if unknown and self.checksums is None:
            msg = f"neither a digest nor a checksum file for {', '.join(unknown)}"
            raise ValueError(msg)
        return self


class Recorded(_Section):
    """A build on two quiet cores, after the tools before it in the file, from empty caches."""

    seconds: float
    packages: int
    """How many packages were compiled."""
    all: int
    """How many packages the program consists of, all of which are compiled where it comes first."""

    def seconds_for(self, packages: int) -> float:
        """Return how long the build takes where it compiles so many packages.

        What is not compiling, such as linking, always takes its time.
        """
        return max(1.0, self.seconds + PACKAGE_SECONDS * (packages - self.packages))


class Build(_Section):
    """A Go program, built in a module folder whose go.mod and go.sum are committed."""

    folder: str
    """The folder in tools/go."""
    module: str
    """The Go module that provides it, as path@version."""
    package: str
    ldflags: str = ""
    embed: tuple[str, ...] = ()
    """Files of the module that the package, one of the folder's own, embeds from beside it."""
    recorded: Recorded
    """From it a run reckons what is left of it."""


class Tool(_Section):
    """One tool. It needs a download, a build or both."""

    version: Version
    probe: tuple[str, ...] = ()
    """The arguments that make it print its version; without them PATH is not looked at."""
    needed_by_up: bool = True
    download: Download | None = None
    build: Build | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.download is None and self.build is None:
            msg = "neither download nor build"
            raise ValueError(msg)
        digests = self.download.digests if self.download else None
        if digests and digests.release != self.version:
            msg = f"the digests are those of {digests.release}: replace or delete them"
            raise ValueError(msg)
        return self

    def expand(self, template: str, host: str = "") -> str:
        """Return a template of this tool with its version and the platform filled in."""
        os_name, arch = (host or this_platform()).split("/")
        names = self.download.arch_names if self.download else {}
        extensions = self.download.ext if self.download else {}
        major, minor, _ = self.version.split(".")
        return template.format(
            version=self.version,
            major=major,
            minor=minor,
            os=os_name,
            arch=names.get(arch, arch),
            ext=extensions.get(os_name, "tar.gz"),
        )


class Pins(_Section):
    """The whole file."""

    tools: dict[str, Tool]
    plugins: tuple[Tool, ...]
    """The Kubernetes provider plugin, one entry per version that a lock file asks for."""


def this_platform() -> str:
    """Return this machine as os/arch in Go's words, be it supported or not."""
    machine = platform.machine().lower()
    arch = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}/{arch}"


@cache
def load(path: Path = PINS) -> Pins:
    """Return the validated pins; a ToolError lists every problem of the file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return Pins.model_validate(yaml.load(path.read_text(), loader))  # noqa: S506 - both are safe
    except ValidationError as exc:
        problems = [
            f"  {'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
            for error in exc.errors(include_url=False, include_input=False)
        ]
        msg = "\n".join([f"{path.name}: {len(problems)} problems", *sorted(problems)])
        raise ToolError(msg) from exc
