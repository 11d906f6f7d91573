"""List every image that a stack brings into its cluster, for mirroring: no engine, no cluster.

Text: one image per line, and behind it what it becomes with the setting images.registry; JSON: also
digests and who uses it. Images of what Argo CD deploys from Git are not among them. Exit codes: 0
listed, 1 the configuration or an artifact is not in order, 2 wrong usage.
"""

import argparse
import dataclasses
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from errors import PlatformError
from kube.images import image_in
from policy import rules
from tools import charts, entry, toolchain
from tools.policy import resources
from tools.render.recorder import Registration, record_program
from tools.stack_files import NAMESPACE, raw_config, with_seed

ROOT = Path(__file__).resolve().parents[1]
KEY = f"{NAMESPACE}images"


@dataclass(frozen=True)
class Image:
    """An image, where it is published and where the stack takes it from."""

    source: str
    """Whole reference, registry included."""
    target: str
    """The same unless the stack has a registry of its own."""
    digest: str | None
    """`sha256:...` where upstream pins it."""
    units: list[str]
    """Types of the components that use it."""
    users: list[str]
    """The resources that name it."""


@dataclass(frozen=True)
class Images:
    """The images of a stack."""

    stack: str
    registry: str | None
    complete: bool
    """False where those of Helm charts are read off their values, for want of the helm tool."""
    images: list[Image]


def main() -> int:
    """Print the list."""
    options = parser().parse_args()
    os.chdir(ROOT)
    helm = toolchain.present("helm")["helm"]
    try:
        found = of_stack(options.stack, helm.path if helm else None)
    except (PlatformError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(as_json(found) if options.format == "json" else as_text(found))
    if not found.complete:
        print(
            "helm is not there: images of Helm charts are those that their values name; for all "
            "of them: python -m tools.toolchain helm",
            file=sys.stderr,
        )
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="make images",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    words.add_argument("--format", choices=("text", "json"), default="text")
    return words


def of_stack(stack: str, helm: Path | None, root: Path = ROOT) -> Images:
    """Return the images of a stack of the checkout, which must be the working directory.

    The program runs once as it is and, where a registry is set, once without it: that says what
    the images are called where they are published.
    """
    config = with_seed(raw_config(root, stack))
    registry, published = without_registry(config)
    actual = collected(record_program(root, config, stack).registrations, helm, root)
    if registry:
        names = collected(record_program(root, published, stack).registrations, helm, root)
    else:
        names = actual
    return Images(stack, registry, helm is not None, listed(names, set(actual), registry))


def without_registry(config: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """Return the setting images.registry, and the configuration without it."""
    section = json.loads(config.get(KEY, "{}"))
    registry = section.pop("registry", None)
    return registry, {**config, KEY: json.dumps(section)}


def collected(
    registrations: Iterable[Registration], helm: Path | None, root: Path
) -> dict[str, list[tuple[str, str]]]:
    """Return unit and resource of all that name an image, by the image's whole reference."""
    users: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for resource in resources(registrations, helm, root):
        for image in _named(resource, helm, root):
            users[rules.qualified(image)].append((resource.unit or "", resource.name))
    return users


def _named(resource: rules.Resource, helm: Path | None, root: Path) -> Iterator[str]:
    if not resource.type.startswith(rules.RELEASE):
        yield from rules.images(resource)
    elif helm is None:  # with helm, its objects follow
        yield from charts.images_by_values(resource.manifest, root)


def listed(
    users: Mapping[str, list[tuple[str, str]]], actual: set[str], registry: str | None
) -> list[Image]:
    """Return the images by name; one that the program does not take from the registry stays."""
    found = []
    for source, by in sorted(users.items()):
        moved = image_in(registry, source) if registry else source
        digest = source.partition("@")[2] or None
        units, names = ({u for u, _ in by}, {n for _, n in by})
        target = moved if moved in actual else source
        found.append(Image(source, target, digest, sorted(units), sorted(names)))
    return found


def as_json(found: Images) -> str:
    """Return the list for machines."""
    return json.dumps(dataclasses.asdict(found), indent=2)


def as_text(found: Images) -> str:
    """Return a line for each image: its name, and the new one where a registry is set."""
    return "\n".join(
        f"{image.source} {image.target}" if found.registry else image.source
        for image in found.images
    )


if __name__ == "__main__":
    entry.run(main)
