"""A small release of our own, with every case that the transforms must tell apart."""

import copy
from typing import Any

from kube import manifests
from kube.manifests import Manifest

TEXT = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.org
spec:
  group: example.org
  versions: [{name: v1}]
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: server
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: server
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: server
roleRef: {kind: Role, name: server}
subjects:
  - {kind: ServiceAccount, name: server}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: server
roleRef: {kind: ClusterRole, name: server}
subjects:
  - {kind: ServiceAccount, name: server, namespace: published}
  - {kind: Group, name: everyone}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
  shipped: "1"
  both: upstream
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cmd-params-cm
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-rbac-cm
---
apiVersion: v1
kind: Secret
metadata:
  name: session
type: Opaque
data: {key: aHVudGVyMg==}
stringData: {user: ann}
---
apiVersion: v1
kind: Service
metadata:
  name: server
  annotations: {kept: "yes"}
spec:
  selector: {app: server}
---
apiVersion: v1
kind: Service
metadata:
  name: elsewhere
spec:
  selector: {app: server, tier: other}
---
apiVersion: v1
kind: Service
metadata:
  name: external
spec:
  type: ExternalName
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  template:
    metadata:
      labels: {app: server, tier: front}
    spec:
      initContainers: [{name: copy, image: "quay.io/team/copy:v1"}]
      containers:
        - name: server
          image: "quay.io/team/server:v1"
          env:
            - {name: SHIPPED, valueFrom: {configMapKeyRef: {name: argocd-cm, key: shipped}}}
            - {name: UNSET, valueFrom: {configMapKeyRef: {name: argocd-rbac-cm, key: unset}}}
            - {name: PLAIN, value: plain}
        - {name: cache, image: "redis:8.2"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: controller
spec:
  template:
    metadata:
      labels: {app: controller}
    spec:
      containers: [{name: controller, image: "quay.io/team/controller@sha256:00"}]
---
apiVersion: batch/v1
kind: Job
metadata:
  name: prepare
spec:
  template:
    spec:
      containers: [{name: prepare, image: "quay.io/team/copy:v1"}]
"""

_PARSED = manifests.parse(TEXT)


def release() -> list[Manifest]:
    """Return the objects, a copy for each caller."""
    return copy.deepcopy(_PARSED)


def key(manifest: Manifest) -> tuple[str, str]:
    """Return what an object is known by: kind and name."""
    return manifest["kind"], manifest["metadata"]["name"]


def differing(before: list[Manifest], after: list[Manifest]) -> list[tuple[str, str]]:
    """Return the objects that are not the same; the two lists must hold the same ones in order."""
    assert [key(m) for m in before] == [key(m) for m in after]
    return [key(b) for b, a in zip(before, after, strict=True) if a != b]


def images(objects: list[Manifest]) -> list[str]:
    """Return every image of every pod template, in order."""
    return [container["image"] for o in objects for container in _containers(o)]


def _containers(manifest: Manifest) -> list[dict[str, Any]]:
    pod = ((manifest.get("spec") or {}).get("template") or {}).get("spec") or {}
    return [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]
