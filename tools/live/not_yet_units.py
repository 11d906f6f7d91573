"""Tekton, which the program does not install yet.

Delete this when its unit exists: its stack brings the operator, which is supervised as before.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from errors import ToolError
from upstream import artifacts
from upstream.versions import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from upstream.versions import Product

CHECKOUT = Path(__file__).resolve().parents[2]
_SECONDS = 120


def install(binaries: Mapping[str, str], kubeconfig: Path) -> None:
    """Install it, or leave it as it is; returns before its pods are ready."""
    _run(
        [binaries["kubectl"], "apply", "--server-side", "--filename", _artifact("tekton")],
        kubeconfig,
    )


def remove(binaries: Mapping[str, str], kubeconfig: Path) -> None:
    """Remove it."""
    _run(
        [binaries["kubectl"], "delete", "--ignore-not-found", "--filename", _artifact("tekton")],
        kubeconfig,
    )


def _artifact(product: str) -> str:
    found: Product = CATALOGUE[product]
    pin = found.pin(next(iter(found.artifacts)), found.version)
    return str(artifacts.fetch(pin, CHECKOUT / artifacts.CACHE))


def _run(command: list[str], kubeconfig: Path) -> None:
    # No proxies and no settings of the user: the cluster is on this machine.
    home = kubeconfig.parent / "homes" / "installer"
    home.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + _SECONDS
    while True:
        answer = subprocess.run(
            command,
            env={"KUBECONFIG": str(kubeconfig), "HOME": str(home), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        # On objects of an earlier run: the webhook of Tekton is registered and about to start.
        if "failed calling webhook" not in answer.stderr or time.monotonic() > deadline:
            break
        time.sleep(1)
    if answer.returncode:
        msg = f"{' '.join(command[:4])} failed:\n{answer.stderr.strip()[-2000:]}"
        raise ToolError(msg)
