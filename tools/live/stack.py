"""The stack `live`, operated on the live sandbox by the ordinary driver.

`run` does it in a process of its own: the engine's library leaves threads and sockets behind.
Usage: python -m tools.live.stack ROOT preview|up|refresh|destroy [SETTINGS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from errors import PlatformError, ToolError
from tools import entry
from tools.live.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHECKOUT = Path(__file__).resolve().parents[2]
STACK = "live"
_KEPT = 30


def run(
    paths: Paths,
    operation: str,
    say: Callable[[str], None],
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Run one operation of the engine; ToolError with its last words when it fails.

    `settings` are laid over the stack file, for this run: section -> keys.
    """
    command = [sys.executable, "-m", __name__, str(paths.root), operation]
    words = [json.dumps(settings)] if settings else []
    lines: list[str] = []
    with subprocess.Popen(
        [*command, *words],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            say(lines[-1])
    if process.returncode:
        msg = f"{operation} failed:\n" + "\n".join(lines[-_KEPT:])
        raise ToolError(msg)


def main() -> int:
    """Run one operation in this process."""
    root, operation, *words = sys.argv[1:]
    try:
        return _operate(Paths.of(Path(root)), operation, json.loads(words[0]) if words else {})
    except PlatformError as exc:
        print(f"error: {exc}")
        return 1


def _operate(paths: Paths, operation: str, settings: Mapping[str, Any]) -> int:
    # Here, because `run` needs none of it.
    from tools import toolchain  # noqa: PLC0415
    from tools.deploy import local_secrets  # noqa: PLC0415
    from tools.deploy import stack as driver  # noqa: PLC0415
    from tools.deploy.command import CancellableCommand  # noqa: PLC0415
    from tools.deploy.target import Target, engine_environment, workspace  # noqa: PLC0415
    from tools.toolchain import pins  # noqa: PLC0415

    target = Target("sandbox", paths.sandbox.state, paths.sandbox.kubeconfig)
    work_dir = workspace(CHECKOUT, target, STACK)
    _lay_over(work_dir / f"Pulumi.{STACK}.yaml", driver.PROJECT, settings)
    binary = toolchain.ensure("pulumi")["pulumi"]
    toolchain.ensure_plugin()
    environment = engine_environment(target, toolchain.pulumi_home(), os.environ)
    os.environ.update(environment)  # the program runs in this process
    command = CancellableCommand(binary, pins.load().tools["pulumi"].version)
    with command.cancelled_by_signals(_say):
        stack = driver.open_stack(STACK, command, work_dir, environment)
        local_secrets.provide(stack, CHECKOUT)
        report = driver.operate(stack, operation, CHECKOUT, _say)
    return 1 if report.errors or command.cancelled else 0


def _lay_over(file: Path, project: str, settings: Mapping[str, Any]) -> None:
    content = yaml.safe_load(file.read_text())
    for section, keys in settings.items():
        name = f"{project}:{section}"
        content["config"][name] = {**content["config"].get(name, {}), **keys}
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def _say(text: object) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    entry.run(main)
