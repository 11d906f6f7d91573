"""Write every object of a stack as YAML, one file each: no engine, no cluster, no credentials.

Exit codes: 0 written, 1 the configuration or an artifact is not in order, 2 wrong usage.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pulumi
import yaml

from errors import PlatformError
from tools import entry
from tools.render.recorder import Recorder, Registration, masked, record_program
from tools.stack_files import raw_config, with_seed

ROOT = Path(__file__).resolve().parents[2]
# The C code is ten times as fast, and not built into every PyYAML.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def main() -> int:
    """Render the stack and say where it went."""
    parser = argparse.ArgumentParser(prog="make render", description=__doc__)
    parser.add_argument("--stack", default="dev")
    parser.add_argument("--out", type=Path, required=True, help="folder; replaced if ours")
    options = parser.parse_args()
    out = options.out.resolve()
    os.chdir(ROOT)
    try:
        config = with_seed(raw_config(ROOT, options.stack))
        recorder = record_program(ROOT, config, options.stack)
    except (PlatformError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    files = render(recorder)
    write(files, out)
    print(f"{len(files)} objects of stack {options.stack} in {out}")
    return 0


def render(recorder: Recorder) -> dict[Path, dict[str, Any]]:
    """Return file path -> content: `<unit>/<kind>-<namespace>-<name>.yaml`."""
    units = {r.urn: r.name for r in recorder.registrations if not r.custom}
    return {
        Path(units.get(r.parent, "stack"), _file_name(r)): _content(r)
        for r in recorder.registrations
        if r.custom and not r.type.startswith("pulumi:providers:")
    }


def write(files: dict[Path, dict[str, Any]], out: Path) -> None:
    """Write the files; a folder that this command made before is replaced, any other is refused."""
    marker = out / ".rendered"
    if out.exists() and any(out.iterdir()) and not marker.exists():
        sys.exit(f"{out}: not empty and not made by this command; choose another folder")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    marker.touch()
    for path, content in files.items():
        target = out / path
        target.parent.mkdir(exist_ok=True)
        text = yaml.dump(content, Dumper=_DUMPER, sort_keys=True, width=120)
        target.write_text(text, encoding="utf-8")


def _file_name(registration: Registration) -> str:
    metadata = registration.inputs.get("metadata") or registration.inputs
    parts = [registration.kind, metadata.get("namespace"), metadata.get("name")]
    return "-".join(str(p) for p in parts if p).lower() + ".yaml"


def _content(registration: Registration) -> dict[str, Any]:
    content = masked(registration.inputs)
    if registration.kind == "Release":
        # Not an object of the cluster: what Helm is given.
        wanted = ("chart", "version", "name", "namespace", "values")
        return {"kind": "Release", **{k: content[k] for k in wanted if k in content}}
    return dict(content)


if __name__ == "__main__":
    entry.run(main)
