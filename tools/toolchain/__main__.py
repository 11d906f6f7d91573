"""`python -m tools.toolchain`: have the pinned tools, and say where they are."""

import argparse
import sys

from errors import ToolError
from tools import entry
from tools.toolchain import build
from tools.toolchain.resolve import needed_by_up, resolve


def main() -> int:
    """Print a line per tool on stdout; progress and errors go to stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.toolchain",
        description="Fetch or build the pinned tools; print name, version, source and path.",
        epilog="Exit codes: 0 all are there, 1 some cannot be had (stderr lists each way to get"
        " them), 2 wrong usage. Environment: GITOPS_BOOTSTRAP_CACHE (where they lie),"
        " TOOLS_MIRROR (base URL or folder laid out HOST/PATH, or none), HTTPS_PROXY.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="default: all that `make up` needs"
    )
    parser.add_argument(
        "--clean", action="store_true", help="remove what builds left behind; the tools stay"
    )
    options = parser.parse_args()
    try:
        if options.clean:
            build.remove_caches()
        found = resolve(*(options.names or ([] if options.clean else needed_by_up())))
    except ToolError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    for name, tool in found.items():
        print(name, tool.version, tool.source.split()[0], tool.path)
    return 0


if __name__ == "__main__":
    entry.run(main)
