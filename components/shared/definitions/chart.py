"""The definitions that KubeVela's chart brings."""

from pathlib import Path

from kube import charts, manifests
from kube.manifests import Manifest

NAMESPACE = "vela-system"
"""Where vela-core and its CLI look for definitions unless they are told otherwise."""

_PLACE = '{{ include "systemDefinitionNamespace" . }}'
"""The one template expression in KubeVela's definitions; in YAML it would be a broken map."""


def vela_definitions(archive: Path) -> list[Manifest]:
    """Return the definitions that KubeVela's chart brings, as it places them by default."""
    return [
        manifest
        for name, text in charts.files(archive, "templates/defwithtemplate")
        for manifest in manifests.parse(text.replace(_PLACE, NAMESPACE), name)
    ]
