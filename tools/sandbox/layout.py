"""Where the files of one sandbox are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import ToolError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class Layout:
    """The paths of the sandbox `name` of the checkout `root`."""

    state: Path
    name: str

    @classmethod
    def of(cls, root: Path, name: str) -> Layout:
        """Return the layout; ToolError for a name or a path that the tools cannot bear."""
        if not _NAME.fullmatch(name):
            msg = f'"{name}" is no name of a sandbox: small letters, digits and "-", up to 31'
            raise ToolError(msg)
        if "," in str(root.resolve()):
            msg = f"{root.resolve()}: kwokctl and kwok take a comma in a path for the end of it"
            raise ToolError(msg)
        return cls(root.resolve() / ".sandbox" / name, name)

    @property
    def kubeconfig(self) -> Path:
        """What users and programs are given."""
        return self.state / "kubeconfig"

    @property
    def config(self) -> Path:
        """What kwokctl is given, where it looks by itself."""
        return self.state / ".kwok" / "kwok.yaml"

    @property
    def launcher(self) -> Path:
        """The link by which kwokctl is run, so that its process can be told from others."""
        return self.state / "kwokctl"

    @property
    def etcd(self) -> Path:
        """The data: all objects."""
        return self.state / "etcd"

    @property
    def pki(self) -> Path:
        """The authority, and the one certificate that every component and the user share."""
        return self.state / "pki"

    @property
    def cluster(self) -> Path:
        """What kwokctl derives from its configuration, made anew at each launch."""
        return self.state / ".kwok" / "clusters" / self.name

    @property
    def definition(self) -> Path:
        """The configuration as kwokctl completed it: ports, versions."""
        return self.cluster / "kwok.yaml"

    @property
    def logs(self) -> Path:
        """One log per component."""
        return self.cluster / "logs"

    @property
    def launch_log(self) -> Path:
        """What kwokctl itself said."""
        return self.state / "kwokctl.log"
