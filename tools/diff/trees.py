"""A revision of the program, rendered by its own code in a process that knows no secret."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

from errors import ToolError
from upstream.artifacts import CACHE, MIRROR_VARIABLE

PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    MIRROR_VARIABLE,
    # How artifacts are reached, in both spellings that the HTTP client knows.
    *(v for n in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY") for v in (n, n.lower())),
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
)
"""All that a rendering process sees of the environment: no token, kubeconfig or passphrase."""


def export(root: Path, ref: str, folder: Path) -> str:
    """Unpack a revision of the checkout into a folder; return its short commit. ToolError."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--short=12", f"{ref}^{{commit}}")
    if commit.stderr:  # not about the revision: a checkout of another user, for instance
        raise ToolError(f"git does not read {root}: {commit.stderr.decode(errors='replace')}")
    if commit.returncode:
        raise ToolError(
            f'BASE: "{ref}" is no revision of {root}. Fix: name a branch, a tag or a commit; '
            "in a shallow clone fetch it first: git fetch origin BRANCH"
        )
    name = commit.stdout.decode().strip()
    archive = _git(root, "archive", "--format=tar", name)
    if archive.returncode:
        raise ToolError(f"git archive {name} failed in {root}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    # One cache of verified artifacts for all revisions: each checks the digests itself.
    (root / CACHE.parts[0]).mkdir(exist_ok=True)
    (folder / CACHE.parts[0]).symlink_to(root.resolve() / CACHE.parts[0])
    return name


def start_render(tree: Path, stack: str, out: Path, home: Path) -> subprocess.Popen[str]:
    """Start rendering a stack of a tree to a folder; `home` is an empty one for the process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tools.render", "--stack", stack, "--out", str(out)],
        cwd=tree,
        env=environment(os.environ, home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of a rendering process: what PASSED_ON names, and an empty home."""
    return {name: environ[name] for name in PASSED_ON if name in environ} | {"HOME": str(home)}


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
