"""The sandbox commands.

exit codes:
  0  done; for status: running
  1  failed; the message says what to do
  2  the command line is wrong
  3  for status: not running, or not ready
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from errors import PlatformError
from tools import entry
from tools.sandbox import observe
from tools.sandbox.flavour import FLAVOURS, PLAIN
from tools.sandbox.layout import Layout

CHECKOUT = Path(__file__).resolve().parents[2]
NOT_RUNNING = 3


def main(argv: list[str] | None = None) -> int:
    """Run one command; data goes to stdout, the rest to stderr."""
    args = _parser().parse_args(argv)
    try:
        return int(args.command(args.root, args.name or args.flavour, args))
    except PlatformError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing of the sandbox was left half-started", file=sys.stderr)
        return 130


def _start(root: Path, name: str, args: argparse.Namespace) -> int:
    layout = Layout.of(root, name)
    server = observe.ready_server(layout)
    if server:
        _say(f'sandbox "{name}" is running at {server}')
    else:
        # Late: a running sandbox answers faster than these are imported.
        from tools import toolchain  # noqa: PLC0415
        from tools.sandbox import control_plane, lifecycle  # noqa: PLC0415

        binaries = toolchain.ensure(*control_plane.TOOLS)
        sandbox = lifecycle.start(root, binaries, FLAVOURS[args.flavour], name)
        _say(f'sandbox "{name}" has started at {sandbox.server}')
    print(layout.kubeconfig)
    return 0


def _stop(root: Path, name: str, _: argparse.Namespace) -> int:
    from tools.sandbox import lifecycle  # noqa: PLC0415 - see _start

    ended = lifecycle.stop(root, name)
    _say(f'sandbox "{name}" {"is stopped; its objects are kept" if ended else "was not running"}')
    return 0


def _reset(root: Path, name: str, _: argparse.Namespace) -> int:
    from tools.sandbox import lifecycle  # noqa: PLC0415 - see _start

    existed = lifecycle.reset(root, name)
    _say(f'sandbox "{name}" {"is gone" if existed else "did not exist"}; start makes a fresh one')
    return 0


def _status(root: Path, name: str, args: argparse.Namespace) -> int:
    status = observe.status(root, name)
    if args.format == "json":
        print(json.dumps(dataclasses.asdict(status), indent=2))
    else:
        print(_text(status))
    return 0 if status.running else NOT_RUNNING


def _text(status: observe.Status) -> str:
    rows = {
        "sandbox": status.name,
        "state": status.detail,
        "server": status.server,
        "kubeconfig": status.kubeconfig,
        "logs": status.logs,
        "nodes": ", ".join(f"{n} {'Ready' if r else 'NotReady'}" for n, r in status.nodes.items()),
    }
    lines = [f"{key:12}{value}" for key, value in rows.items() if value]
    for component, pid in status.pids.items():
        lines.append(f"  {component:25}{status.versions.get(component, ''):10}pid {pid}")
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.sandbox",
        description="An embedded control plane with simulated nodes, for this checkout.",
        epilog=(__doc__ or "").split("\n\n", 1)[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="start|stop|status|reset")
    for command, text in (
        (_start, "start it, or repair it; prints the path of the kubeconfig"),
        (_stop, "end its processes; its objects are kept"),
        (_status, "tell how it is"),
        (_reset, "stop it and delete its objects"),
    ):
        sub = commands.add_parser(
            command.__name__.strip("_"), help=text, description=text, epilog=parser.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        sub.set_defaults(command=command)
        sub.add_argument("--name", help="one of several in this checkout (default: the flavour)")
        sub.add_argument("--flavour", choices=sorted(FLAVOURS), default=PLAIN.name)
        sub.add_argument("--root", type=Path, default=CHECKOUT, help=argparse.SUPPRESS)
        if command is _status:
            sub.add_argument("--format", choices=("text", "json"), default="text")
    return parser


if __name__ == "__main__":
    entry.run(main)
