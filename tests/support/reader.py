"""A reader of the documentation: types the commands of a page, and compares what they print.

`...` in what a page shows stands for anything; times, ports, ages and the ends of pods' names do
not count.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.support.documentation import Block, Command

Printed = list[tuple[Command, list[str]]]
"""Commands, and the lines that each has printed."""

CHECKS = {
    "make unit": "part of `make test`",
    "make lint": "`make test` begins with it",
    "make test": ".ci/run",
    "make test-live": ".ci/run",
    "make live": "tests/live/conftest.py does what it does",
    "make live-stop": "the same",
    "make live-stop ARGS=--reset": "the same",
}
"""The commands that run the tests or are their surroundings, and what runs them instead."""

SIGN = "@@ command "
TYPED = "typed by the reader"

VARYING = (
    (re.compile(r"\d+\.\d+ s\b"), "0.0 s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:0"),
    (re.compile(r"\b(\d+[dhms]){1,2}\b"), "0s"),
    (re.compile(r"-[a-z0-9]{6,10}-[a-z0-9]{5}\b"), "-0"),
    (re.compile(r" +"), " "),
)


def read(
    blocks: Iterable[Block],
    folder: Path,
    environment: Mapping[str, str],
    preparation: Sequence[str] = (),
) -> Printed:
    """Do what the blocks say, one after the other in one shell; a command that fails ends it."""
    typed: list[Command] = []
    script = ["set -eo pipefail", *preparation]
    for block in blocks:
        if block.file:
            over = f'"$PYTHON" "$LAY_OVER" {block.file}'
            script.append(f"{over} <<'@@'\n{block.text}\n@@")
        elif block.info.startswith("console"):
            for command in commands(block):
                script.append(f"echo '{SIGN}{len(typed)}'")
                script.append(f"{{\n{command.text}\n}} <<< '{TYPED}'")
                typed.append(command)
    result = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    _, *outputs = re.split(rf"^{SIGN}\d+\n", result.stdout, flags=re.MULTILINE)
    return list(zip(typed, [output.splitlines() for output in outputs], strict=True))


def commands(block: Block) -> list[Command]:
    """Return the commands of a block but those of CHECKS."""
    bare = [(command, command.text.partition("#")[0].strip()) for command in block.commands()]
    return [command for command, text in bare if text not in CHECKS]


def shown_by(command: Command, lines: list[str]) -> bool:
    """Tell whether a command printed what the page shows, if it shows anything."""
    expected = settled(command.shown)
    if not expected:
        return True
    wanted = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in expected
    )
    return re.fullmatch(wanted, "".join(f"{line}\n" for line in settled(lines))) is not None


def settled(lines: tuple[str, ...] | list[str]) -> list[str]:
    """Return the lines with what differs from run to run replaced, without empty ones."""
    found = []
    for line in lines:
        text = line
        for pattern, replacement in VARYING:
            text = pattern.sub(replacement, text)
        found.append(text.strip())
    return [line for line in found if line]


def wrong(results: Printed) -> str:
    """Return what a failure shows: the commands that printed something else than the page says."""
    return "\n".join(
        "\n".join(["", f"$ {command.text}", *command.shown, "--- printed:", *lines])
        for command, lines in results
        if not shown_by(command, lines)
    )
