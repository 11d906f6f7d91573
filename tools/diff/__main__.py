"""Compare the objects of a stack in two revisions of the program, as Markdown.

Both are rendered by their own code, with their own pins, in processes that get no token, no
kubeconfig and no passphrase; the Python packages are those of this run. Without --head it is the
checkout as it lies there. Charts are rendered too where the helm of the toolchain is there.

Exit codes: 0 compared, 1 one side cannot be rendered, 2 wrong usage.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import PlatformError
from tools import entry, toolchain
from tools.diff import objects, trees
from tools.object_diff import KubeObject, Section, compare, document, store

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class _Side:
    """One of the two revisions."""

    name: str
    tree: Path
    objects: list[KubeObject]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare as the command line says."""
    options = parser().parse_args(arguments)
    try:
        section = changes_of(options.root, options.stack, options.base, options.head)
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.json:
        store.write(section, options.json)
    print(document([section]), end="")
    return 1 if section.errors else 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="make diff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    words.add_argument("--base", required=True, help="revision to compare with")
    words.add_argument("--head", help="revision that is compared; default: the checkout")
    words.add_argument("--json", type=Path, help="also write the changes there, for make comment")
    words.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return words


def changes_of(root: Path, stack: str, base: str, head: str | None) -> Section:
    """Return what changes from one revision of the checkout to another, errors included.

    PlatformError when a revision is not there, or the stack is in neither.
    """
    with tempfile.TemporaryDirectory(prefix="diff-") as scratch:
        folder = Path(scratch)
        named = [_tree(root, base, folder / "base"), _tree(root, head, folder / "head")]
        file = f"Pulumi.{stack}.yaml"
        if not any((tree / file).is_file() for _, tree in named):
            raise PlatformError(f'there is no stack "{stack}" (no {file}) on either side')
        sides, errors, notes = _rendered(named, stack, folder)
        if errors:
            return Section(stack, notes=tuple(notes), errors=tuple(errors))
        return _compared(stack, sides, notes)


def _tree(root: Path, ref: str | None, folder: Path) -> tuple[str, Path]:
    if ref is None:
        return "the checkout", root
    folder.mkdir()
    return trees.export(root, ref, folder), folder


def _rendered(
    named: list[tuple[str, Path]], stack: str, folder: Path
) -> tuple[list[_Side], list[str], list[str]]:
    """Render both sides at the same time; return them, what failed and what a reader must know."""
    home = folder / "home"
    home.mkdir()
    outs = [folder / "rendered-base", folder / "rendered-head"]
    running = [
        trees.start_render(tree, stack, out, home)
        if (tree / f"Pulumi.{stack}.yaml").is_file()
        else None
        for (_, tree), out in zip(named, outs, strict=True)
    ]
    sides, errors, notes = [], [], []
    for (name, tree), out, process in zip(named, outs, running, strict=True):
        if process is None:
            notes.append(f"{name} has no such stack")
        else:
            said, _ = process.communicate()
            if process.returncode != 0:
                errors.append(f"{name} cannot be rendered:\n{said.strip()}")
        sides.append(_Side(name, tree, objects.read(out)))
    return sides, errors, notes


def _compared(stack: str, sides: list[_Side], notes: list[str]) -> Section:
    base, head = sides
    before, after = base.objects, head.objects
    notes = [f"{base.name} and {head.name}, rendered without cluster and state", *notes]
    errors: list[str] = []
    helm = toolchain.present("helm")["helm"]
    if helm:
        before, failed = objects.with_charts(
            base.objects, head.objects, base.tree, head.tree, helm.path
        )
        after, failed_too = objects.with_charts(
            head.objects, base.objects, head.tree, base.tree, helm.path
        )
        errors = [*failed, *failed_too]
    elif charts := objects.releases([*before, *after]):
        notes.append(
            "helm is not there, so what changes inside of charts is not shown "
            f"({', '.join(dict.fromkeys(charts))}); make tools gets it"
        )
    return Section(stack, tuple(compare(before, after)), tuple(notes), tuple(errors))


if __name__ == "__main__":
    entry.run(main)
