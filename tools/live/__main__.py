"""The operators of the platform as plain processes, against a sandbox of their own.

exit codes:
  0  done; for status: all are ready
  1  failed; the message says what to do
  2  the command line is wrong
  3  for status: not running, or not all are ready
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from errors import PlatformError
from tools import entry
from tools.live import lifecycle
from tools.live.operators import OPERATORS

NOT_READY = 3


def main(argv: list[str] | None = None) -> int:
    """Run one command; data goes to stdout, the rest to stderr."""
    args = _parser().parse_args(argv)
    try:
        return int(args.command(args))
    except PlatformError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; stop ends what has started", file=sys.stderr)
        return 130


def _start(args: argparse.Namespace) -> int:
    started = time.monotonic()
    live = lifecycle.start(args.root, _say)
    _say(f"live after {time.monotonic() - started:.0f} s; logs: {live.paths.logs}")
    _say(f"Argo CD: http://127.0.0.1:{live.plan.ports['argocd_server']}")
    print(live.kubeconfig)
    return 0


def _stop(args: argparse.Namespace) -> int:
    ended = lifecycle.stop(args.root, reset=args.reset)
    _say("stopped" if ended else "was not running")
    return 0


def _status(args: argparse.Namespace) -> int:
    found = lifecycle.status(args.root)
    if args.format == "json":
        rows = {name: asdict(record) | {"alive": record.alive} for name, record in found.items()}
        print(json.dumps(rows, indent=2))
    for name, record in found.items() if args.format == "text" else ():
        state = ("ready" if record.ready else "starting") if record.alive else "not running"
        restarts = f", started again {record.restarts} times" if record.restarts else ""
        print(f"{name:36}{state:12}pid {record.pid}{restarts}")
    expected = {o.name for o in OPERATORS if not o.sidecar} | {n for n, r in found.items() if r.pid}
    ready = all(name in found and found[name].alive and found[name].ready for name in expected)
    if not found and args.format == "text":
        print("not running (make live)")
    return 0 if ready else NOT_READY


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    description, epilog = (__doc__ or "").split("\n\n", 1)
    parser = argparse.ArgumentParser(
        prog="python -m tools.live",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="start|stop|status")
    for command, text in (
        (_start, "start everything and install the stack `live`; prints the kubeconfig's path"),
        (_stop, "end all processes"),
        (_status, "tell how each process is"),
    ):
        sub = commands.add_parser(command.__name__.strip("_"), help=text, description=text)
        sub.set_defaults(command=command)
        sub.add_argument(
            "--root",
            type=Path,
            default=lifecycle.CHECKOUT,
            help="the folder whose .sandbox is used (default: this checkout)",
        )
        if command is _stop:
            sub.add_argument("--reset", action="store_true", help="delete the objects as well")
        if command is _status:
            sub.add_argument("--format", choices=("text", "json"), default="text")
    return parser


if __name__ == "__main__":
    entry.run(main)
