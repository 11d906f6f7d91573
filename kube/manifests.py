"""Manifests as plain dicts: parse, select, transform. Pure but for the reading; no Pulumi here.

A transform takes a list and returns a new one: order kept, nothing outside its target touched,
twice is once.
"""

import base64
import copy
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import yaml

from errors import ManifestError
from upstream.artifacts import digest_of

Manifest = dict[str, Any]
"""One Kubernetes object, as its YAML says it."""

# Ref: `kubectl api-resources --namespaced=false` of Kubernetes v1.36.3
CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "ClusterInterceptor",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PriorityClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)
"""The kinds without a namespace that release manifests contain."""

AWAITED_WORKLOADS = frozenset({"DaemonSet", "Deployment", "StatefulSet"})
"""Workload kinds for whose readiness the provider waits."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML as Kubernetes does: a date is the text that it is."""

    yaml_implicit_resolvers: ClassVar = {
        first: [resolver for resolver in resolvers if not resolver[0].endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path) -> list[Manifest]:
    """Return the objects of a multi-document YAML file, in order, empty documents left out.

    The result is kept beside the file as JSON under the digest of its source: parsing YAML costs
    0.6 s for Argo CD's release, reading JSON a hundredth of it.

    Raises ManifestError when a document is not a Kubernetes object.
    """
    parsed = path.with_name(f"{path.name}.{digest_of(path)[:16]}.json")
    try:
        return list(json.loads(parsed.read_bytes()))
    except (FileNotFoundError, ValueError):  # not parsed yet, or a copy cut short: parse again
        text = json.dumps(parse(path.read_text(encoding="utf-8"), source=str(path)))
        _write_atomically(parsed, text)
        return list(json.loads(text))  # not what was parsed: JSON knows fewer kinds of keys


def parse(text: str, source: str = "manifest") -> list[Manifest]:
    """Return the objects of a YAML text; `source` names it in errors."""
    try:
        documents = [d for d in yaml.load_all(text, Loader=_Loader) if d]
    except yaml.YAMLError as exc:
        msg = f"{source}: no YAML: {exc}"
        raise ManifestError(msg) from exc
    for number, document in enumerate(documents, start=1):
        if not isinstance(document, dict) or not _names_itself(document):
            lack = "apiVersion, kind, metadata.name"
            msg = f"{source}: document {number} is no Kubernetes object ({lack})"
            raise ManifestError(msg)
    return documents


def sole(manifests: Sequence[Manifest], kind: str, name: str) -> Manifest:
    """Return the one object of that kind and name; ManifestError when there is none, or more."""
    found = [m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == name]
    if len(found) != 1:
        msg = f"the release has {len(found)} objects {kind} {name}; exactly one is expected"
        raise ManifestError(msg)
    return found[0]


def opaque_secret(
    name: str, values: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> Manifest:
    """Return a Secret that holds the values.

    They go into `data`: a key that is taken out of `stringData` stays in the object.
    """
    metadata: dict[str, Any] = {"name": name}
    if labels:
        metadata["labels"] = dict(labels)
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "data": data,
    }


def is_namespaced(manifest: Manifest) -> bool:
    """Tell whether the object lives in a namespace (built-in kinds and namespaced custom ones)."""
    return manifest["kind"] not in CLUSTER_SCOPED


def in_namespace(manifests: Sequence[Manifest], namespace: str) -> list[Manifest]:
    """Return the manifests with the namespace set on each namespaced object and binding subject.

    Only subjects that name a namespace are rewritten: a RoleBinding's subject without one means the
    binding's own.
    """
    placed = copy.deepcopy(list(manifests))
    for manifest in placed:
        if is_namespaced(manifest):
            manifest["metadata"]["namespace"] = namespace
        for subject in manifest.get("subjects") or []:
            if "namespace" in subject:
                subject["namespace"] = namespace
    return placed


def with_config_map_data(
    manifests: Sequence[Manifest], name: str, data: Mapping[str, str]
) -> list[Manifest]:
    """Return the manifests with `data` merged over what the ConfigMap ships; its other keys stay.

    Raises ManifestError unless there is exactly one ConfigMap of that name.
    """
    target = sole(manifests, "ConfigMap", name)
    if not data:
        return list(manifests)
    merged = {**target, "data": {**(target.get("data") or {}), **data}}
    return [merged if m is target else m for m in manifests]


def with_restart_on_change(
    manifests: Sequence[Manifest], marks: Mapping[tuple[str, str], str] | None = None
) -> list[Manifest]:
    """Return the manifests with a digest of the entries that a pod reads as environment.

    The environment of a running pod never changes: with the digest in the annotations of its
    template, a changed entry restarts exactly the workloads that read it. Entries that are not set
    add nothing. Of an entry of a Secret, by name and key, `marks` holds a text that changes with it
    and tells nothing of it; Secrets without one are left out.
    """
    data = {
        o["metadata"]["name"]: o.get("data") or {} for o in manifests if o["kind"] == "ConfigMap"
    }
    for (name, key), mark in (marks or {}).items():
        data.setdefault(f"Secret {name}", {})[key] = mark

    def restarted(manifest: Manifest) -> Manifest:
        if manifest["kind"] not in AWAITED_WORKLOADS:
            return manifest  # a Job's template is immutable
        variables = (v for c in containers_of(manifest) for v in c.get("env") or [])
        names = sorted({reference for v in variables if (reference := _reference(v))})
        entries = [(n, k, data[n][k]) for n, k in names if k in data.get(n, {})]
        if not entries:
            return manifest
        digest = hashlib.sha256(json.dumps(entries).encode()).hexdigest()[:16]
        spec = manifest["spec"]
        template = annotated(spec["template"], {"gitops-bootstrap/environment": digest})
        return {**manifest, "spec": {**spec, "template": template}}

    return [restarted(manifest) for manifest in manifests]


def without_service_waits(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests without the wait for Services whose workload is awaited.

    A Service is otherwise awaited for at least ten seconds, after the Deployment behind it was.
    """
    labels = [
        m["spec"]["template"]["metadata"].get("labels") or {}
        for m in manifests
        if m["kind"] in AWAITED_WORKLOADS
    ]

    def is_covered(manifest: Manifest) -> bool:
        if manifest["kind"] != "Service":
            return False
        selector = manifest["spec"].get("selector") or {}
        return bool(selector) and any(selector.items() <= have.items() for have in labels)

    return [
        annotated(m, {"pulumi.com/skipAwait": "true"}) if is_covered(m) else m for m in manifests
    ]


def annotated(manifest: Manifest, annotations: Mapping[str, str]) -> Manifest:
    """Return the manifest, or the template of a pod, with annotations over its own."""
    metadata = manifest.get("metadata") or {}
    merged = {**(metadata.get("annotations") or {}), **annotations}
    return {**manifest, "metadata": {**metadata, "annotations": merged}}


def _reference(variable: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the name and key of the entry that an environment variable has its value from."""
    source = variable.get("valueFrom") or {}
    if reference := source.get("configMapKeyRef"):
        return reference["name"], reference["key"]
    if reference := source.get("secretKeyRef"):
        return f"Secret {reference['name']}", reference["key"]
    return None


def pod_spec_of(manifest: Manifest) -> dict[str, Any] | None:
    """Return the pod that a workload or a Job makes; None for other kinds."""
    spec = manifest.get("spec") or {}
    if manifest["kind"] in {*AWAITED_WORKLOADS, "Job"}:
        return dict.get(spec["template"], "spec")
    return None


def containers_of(manifest: Manifest) -> list[dict[str, Any]]:
    """Return the containers of that pod, those that run first before the others."""
    spec = pod_spec_of(manifest) or {}
    return [c for key in ("initContainers", "containers") for c in spec.get(key) or []]


def _names_itself(document: Mapping[str, Any]) -> bool:
    metadata = document.get("metadata")
    return bool(
        document.get("apiVersion")
        and document.get("kind")
        and isinstance(metadata, dict)
        and metadata.get("name")
    )


def _write_atomically(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, path)  # noqa: PTH105 - the twin of a rename in one step
