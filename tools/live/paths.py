"""Where the files of a live sandbox are, beside those of the sandbox itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.live.flavour import NAME
from tools.sandbox.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The paths of the live sandbox of a checkout."""

    sandbox: Layout

    @classmethod
    def of(cls, root: Path) -> Paths:
        """Return the paths below `root`/.sandbox/live."""
        return cls(Layout.of(root, NAME))

    @property
    def root(self) -> Path:
        """The checkout, or the folder that stands in for it."""
        return self.sandbox.state.parent.parent

    @property
    def plan(self) -> Path:
        """What the supervisor is to run: binaries and ports."""
        return self.sandbox.state / "plan.json"

    @property
    def processes(self) -> Path:
        """One record per process."""
        return self.sandbox.state / "processes"

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.sandbox.state / "logs"

    @property
    def bin(self) -> Path:
        """The programs under the names that Argo CD knows them by; first in every PATH."""
        return self.sandbox.state / "bin"

    @property
    def plugins(self) -> Path:
        """The sockets of Argo CD's config management plugins."""
        return self.sandbox.state / "plugins"

    def hold(self, process: str) -> Path:
        """Return the file that keeps a process from running while it exists."""
        return self.sandbox.state / "hold" / process

    def home(self, process: str) -> Path:
        """Return the folder that a process may write to."""
        return self.sandbox.state / "homes" / process

    def files(self, process: str) -> Path:
        """Return the root below which the files of a sidecar's volumes lie."""
        return self.home(process) / "files"

    def kubeconfig(self, namespace: str) -> Path:
        """Return the kubeconfig whose current namespace is this one: a process's own namespace."""
        return self.sandbox.state / "homes" / f"kubeconfig-{namespace}"
