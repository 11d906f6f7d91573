"""`python -m tools.toolchain`: have the pinned tools, and say where they are."""

import argparse

from errors import ToolError
from tools import entry
from tools.toolchain import build, cache
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
        "--clean",
        action="store_true",
        help="remove the Go modules and compiled packages that builds left; the tools stay",
    )
    options = parser.parse_args()
    if options.clean:
        if cache.is_being_filled():
            msg = "another run is installing tools; try again when it has ended"
            raise ToolError(msg)
        build.remove_caches()
    names = options.names or ([] if options.clean else needed_by_up())
    for name, tool in resolve(*names).items():
        print(name, tool.version, tool.source.split()[0], tool.path)
    return 0


if __name__ == "__main__":
    entry.run(main)
