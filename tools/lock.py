"""Compute the lock files anew: exact versions with hashes, for every platform and Python from 3.11.

Versions stay where they are unless `--upgrade` or `--upgrade-package NAME` is given.

The floor differs from the main lock in one line, the oldest provider that is supported: the newest
one whose plugin can be built from published Go modules.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tools import entry

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "pulumi-kubernetes==4.25.0"


def compile_lock(source: str, target: str, *constraints: str) -> None:
    """Resolve one requirements file; constraints are files."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    limits = [word for constraint in constraints for word in ("--constraint", constraint)]
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet"),
            *options,
            *limits,
            *sys.argv[1:],
            *("--custom-compile-command", "make lock", source, "--output-file", target),
        ],
        cwd=ROOT,
        check=True,
    )


def main() -> None:
    """Write all three."""
    compile_lock("requirements.txt", "requirements.lock")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as floor:
        floor.write(FLOOR)
        floor.flush()
        compile_lock("requirements.txt", "requirements-floor.lock", floor.name)
    compile_lock("requirements-dev.txt", "requirements-dev.lock", "requirements.lock")


if __name__ == "__main__":
    entry.run(main)
