"""What a Helm release stands for: its objects where helm is there, else what its values say.

A Release is one resource to the engine; what is in it is only known to Helm.
"""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from errors import ToolError
from kube import manifests
from kube.manifests import Manifest
from policy import rules


def rendered(
    release: Mapping[str, Any], root: Path, helm: Path, *, definitions: bool = False
) -> list[Manifest]:
    """Return the objects of a release, hooks among them, its tests not; CRDs with `definitions`.

    `release` are the inputs of the resource, with the chart's path relative to `root`. No cluster
    is asked, so `lookup` finds nothing. CRDs that lie beside the templates are never among them:
    Helm does not upgrade those. Raises ToolError when Helm refuses.
    """
    command = [
        helm,
        "template",
        release["name"],
        root / release["chart"],
        f"--namespace={release['namespace']}",
        "--skip-tests",
        "--values=-",
    ]
    with tempfile.TemporaryDirectory(prefix="helm-") as home:
        result = subprocess.run(
            command,
            input=yaml.safe_dump(release.get("values") or {}),
            # Helm takes plugins, settings and a kubeconfig from there: it is to find none.
            env={"HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode != 0:
        raise ToolError(f"helm template {release['chart']} failed:\n{result.stderr.strip()}")
    found = manifests.parse(result.stdout, source=str(release["chart"]))
    return [o for o in found if definitions or o["kind"] != rules.CRD]


def images_by_values(release: Mapping[str, Any], root: Path) -> list[str]:
    """Return the images that a chart's values name, those of the release over its own.

    Not all of them for sure: a template may name one of its own.
    """
    with tarfile.open(root / release["chart"]) as archive:
        member = min(
            (n for n in archive.getnames() if n.endswith("/values.yaml")),
            key=lambda name: name.count("/"),  # the chart's own, not that of one inside it
        )
        file = archive.extractfile(member)
        own = yaml.safe_load(file.read()) if file else {}
    values = merged(own or {}, release.get("values") or {})
    prefix = str(values.get("imageRegistry") or "")
    return sorted({prefix + image for image in rules.images_of_values(values)})


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return values laid over others, as Helm does it."""
    return {**under, **dict(_laid(under, over))}


def _laid(under: Mapping[str, Any], over: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in over.items():
        below = under.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        yield key, merged(below, value) if both else value  # type: ignore[arg-type]
