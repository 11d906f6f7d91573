"""The plugin's generate command, run as the sidecar runs it: sh, awk and helm on a folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import toolchain

ROOT = Path(__file__).resolve().parents[2]
CONVERTER = ROOT / "components" / "vela_plugin" / "converter"


@dataclass(frozen=True)
class Result:
    """What a run said."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """What was refused, a line each; nothing may have come out then."""
        assert self.code != 0
        assert self.out == ""
        return self.err.splitlines()


def generate(
    folder: Path,
    mode: str = "application",
    converter: Path = CONVERTER,
    environment: Mapping[str, str] | None = None,
    helm: str = "helm",
) -> Result:
    """Run the command in a folder, with one of the pinned helms."""
    program = toolchain.ensure(helm)[helm]
    shell = shutil.which("sh") or "/bin/sh"
    with tempfile.TemporaryDirectory() as scratch:
        temp, programs = (Path(scratch, part) for part in ("tmp", "bin"))
        temp.mkdir()
        programs.mkdir()
        (programs / "helm").symlink_to(program)
        given = {"PATH": f"{programs}:{os.defpath}", "TMPDIR": str(temp), **(environment or {})}
        done = subprocess.run(
            [shell, str(converter / "generate.sh"), mode],
            cwd=folder,
            env=given,
            capture_output=True,
            timeout=50,
            check=False,
        )
        assert not list(temp.iterdir()), "the command leaves files behind"
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
