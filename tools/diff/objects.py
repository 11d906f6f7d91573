"""A folder of rendered objects -> the objects, those of Helm's charts among them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import yaml

from errors import PlatformError
from tools import charts
from tools.object_diff import KubeObject

RELEASE = "Release"
# The C code is ten times as fast, and not built into every PyYAML.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(folder: Path) -> list[KubeObject]:
    """Return the objects that `make render` has written: `<unit>/<object>.yaml`."""
    return [
        KubeObject(path.parent.name, yaml.load(path.read_bytes(), _LOADER))  # noqa: S506 - safe
        for path in sorted(folder.glob("*/*.yaml"))
    ]


def with_charts(
    objects: list[KubeObject], others: list[KubeObject], tree: Path, other_tree: Path, helm: Path
) -> tuple[list[KubeObject], list[str]]:
    """Return the objects of one side with what Helm makes of each Release, and what failed.

    A Release that is the same on the other side, chart and all, is left as it is: whatever Helm
    makes of it, it makes on both sides.
    """
    same = {(o.key, _digest(o, other_tree)): o.content for o in others if o.kind == RELEASE}
    found = list(objects)
    problems = []
    for release in (o for o in objects if o.kind == RELEASE):
        if same.get((release.key, _digest(release, tree))) == release.content:
            continue
        try:
            manifests = charts.rendered(release.content, tree, helm, definitions=True)
        except PlatformError as error:
            problems.append(str(error))
            continue
        name = str(release.content["name"])
        found += [KubeObject(release.unit, manifest, name) for manifest in manifests]
    return found, problems


def releases(objects: Iterable[KubeObject]) -> list[str]:
    """Return the names of the Helm releases among the objects."""
    return sorted(str(o.content.get("name", "")) for o in objects if o.kind == RELEASE)


def _digest(release: KubeObject, tree: Path) -> str:
    chart = tree / str(release.content.get("chart", ""))
    return hashlib.sha256(chart.read_bytes()).hexdigest() if chart.is_file() else ""
