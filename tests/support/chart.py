"""A chart of our own, in the layout of KubeVela's."""

import io
import tarfile
from pathlib import Path

DEFINITION = """
# Generated.
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata:
  name: webservice
  namespace: {{ include "systemDefinitionNamespace" . }}
spec: {}
"""
CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: NAME.core.oam.dev
spec:
  group: core.oam.dev
"""
FILES = {
    "vela-core/Chart.yaml": "name: vela-core\n",
    "vela-core/crds/b.yaml": CRD.replace("NAME", "traits"),
    "vela-core/crds/a.yaml": CRD.replace("NAME", "applications"),
    "vela-core/crds/README.md": "no manifest",
    "vela-core/templates/controller.yaml": "{{ no YAML }}",
    "vela-core/templates/defwithtemplate/webservice.yaml": DEFINITION,
}


def write_chart(path: Path) -> Path:
    """Write the archive and return its path."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in FILES.items():
            content = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path
