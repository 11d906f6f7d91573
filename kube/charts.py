"""What lies in a chart archive beside what its templates make."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from kube import manifests
from kube.manifests import Manifest


def crds(archive: Path) -> list[Manifest]:
    """Return the objects of the chart's `crds/`, by file name.

    Helm creates these when the release is first installed and never again changes them.
    """
    return [o for name, text in files(archive, "crds") for o in manifests.parse(text, name)]


def files(archive: Path, folder: str) -> Iterator[tuple[str, str]]:
    """Yield path and content of the YAML files of a folder below the chart's own, by path."""
    with tarfile.open(archive) as chart:
        members = {m.name: m for m in chart.getmembers() if m.isfile()}
        for name in sorted(members):
            _, _, path = name.partition("/")
            content = chart.extractfile(members[name]) if path.startswith(f"{folder}/") else None
            if content and path.endswith((".yaml", ".yml")):
                yield path, content.read().decode()
