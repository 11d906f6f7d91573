"""Write the changes of all stacks as one Markdown comment, or put it on a pull request.

The changes are the JSON files that `make diff` and `make preview-comment` write; nothing of a
checkout is run. With --pull-request, or --head and --commit, the comment of an earlier run is
edited in place. Which forge, and the token, say the variables of the job: GITHUB_REPOSITORY and
GITHUB_TOKEN, or CI_API_V4_URL, CI_PROJECT_ID and GITLAB_TOKEN.

Exit codes: 0 written, 1 no changes to read or the forge refuses, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from errors import PlatformError
from tools import entry
from tools.comment import forges
from tools.object_diff import document, store


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Write or put the comment."""
    words = parser()
    options = words.parse_args(arguments)
    if bool(options.head) != bool(options.commit):
        words.error("--head and --commit belong together")
    try:
        text = document(store.read_all(options.folder))
        if options.pull_request or options.head:
            told = publish(text, options, environ)
            print(told, file=sys.stderr)
        else:
            print(text, end="")
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="make comment",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("folder", type=Path, help="of the JSON files, at any depth")
    words.add_argument("--pull-request", type=int, metavar="NUMBER", help="put it there")
    words.add_argument("--head", help="put it on the pull request from OWNER:BRANCH")
    words.add_argument("--commit", help="that the branch must stand at")
    return words


def publish(text: str, options: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Put the comment where the command line says, and return what was done."""
    forge = forges.forge_of(environ)
    number = options.pull_request
    if number is None:
        if not isinstance(forge, forges.GitHub):
            raise PlatformError("--head is for GitHub; on GitLab name the number")
        number = forge.pull_request_of(options.head, options.commit)
        if number is None:
            return f"no open pull request from {options.head} stands at {options.commit}"
    return f"comment of pull request {number}: {forges.put(forge, number, text)}"


if __name__ == "__main__":
    entry.run(main)
