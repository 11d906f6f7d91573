"""Programs in Python that are run by their name."""

import sys
from pathlib import Path


def write_program(path: Path, text: str) -> None:
    """Write a program for this interpreter.

    Not with its path in the first line, where the kernel takes a space for the end of it: what is a
    shell's command there is a string to Python.
    """
    path.write_text(
        f"#!/bin/sh\n''''exec \"{sys.executable}\" \"$0\" \"$@\" # '''\n{text}", "utf-8"
    )
    path.chmod(0o755)
