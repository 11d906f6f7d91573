"""The command line of Argo CD against the live server."""

import os
import subprocess
import tempfile
from dataclasses import dataclass

from components.shared.credentials.argo_cd import ArgoCdCredentials
from tools import credentials
from tools.deploy.target import Target
from tools.live.lifecycle import Live

STACK = "live"


@dataclass(frozen=True)
class ArgoCd:
    """The server, spoken to as one account or as nobody."""

    live: Live
    token: str | None = None

    @property
    def address(self) -> str:
        """Host and port of the server."""
        return f"127.0.0.1:{self.live.plan.ports['argocd_server']}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `argocd ARGUMENTS`; it fails as the server's answer does."""
        options = ("--server", self.address, "--plaintext")
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "ARGOCD_CONFIG_DIR": folder}
            if self.token is not None:
                environment["ARGOCD_AUTH_TOKEN"] = self.token
            return subprocess.run(
                [str(self.live.program("argocd")), *arguments, *options],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )


def live_credentials(live: Live) -> ArgoCdCredentials:
    """Return the credentials of the live stack, as its last `up` had them."""
    target = Target("sandbox", live.paths.sandbox.state, live.kubeconfig)
    return credentials.read(target, target.folder / "pulumi" / "workspace", STACK)


def as_ci(live: Live) -> ArgoCd:
    """Return the server, spoken to with the token of the account ci."""
    return ArgoCd(live, live_credentials(live).ci_token)
