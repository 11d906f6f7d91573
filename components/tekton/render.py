"""The objects of Tekton's releases, as they are registered: pure functions."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from errors import ManifestError
from kube import manifests as m
from kube.manifests import Manifest

NAMESPACE = "tekton-pipelines"
"""Fixed by the release: webhooks, conversions and roles name it."""

RESOLVERS_NAMESPACE = "tekton-pipelines-resolvers"

WEBHOOK_CONFIGURATIONS = frozenset(
    {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
)


def without_resolvers(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return Pipelines without the remote resolvers and what only they need."""

    def belongs(manifest: Manifest) -> bool:
        metadata = manifest["metadata"]
        subjects = manifest.get("subjects") or []
        return (
            metadata.get("namespace") == RESOLVERS_NAMESPACE
            or (manifest["kind"] == "Namespace" and metadata["name"] == RESOLVERS_NAMESPACE)
            or bool(subjects and all(s.get("namespace") == RESOLVERS_NAMESPACE for s in subjects))
        )

    return [manifest for manifest in manifests if not belongs(manifest)]


def sized(
    manifests: Sequence[Manifest], name: str, replicas: int, resources: Mapping[str, Any]
) -> list[Manifest]:
    """Return the manifests with the size of one Deployment; resources over those as shipped.

    Where an autoscaler owns the number of pods, `replicas` is the least of them.
    """
    target = m.sole(manifests, "Deployment", name)
    changed = copy.deepcopy(target)
    (container,) = changed["spec"]["template"]["spec"]["containers"]
    shipped = container.get("resources") or {}
    amounts = {
        kind: {**shipped.get(kind, {}), **resources.get(kind, {})}
        for kind in ("requests", "limits")
    }
    if any(amounts.values()):
        container["resources"] = {kind: values for kind, values in amounts.items() if values}

    def is_scaler(manifest: Manifest) -> bool:
        kind = manifest["kind"]
        return bool(
            kind == "HorizontalPodAutoscaler" and manifest["spec"]["scaleTargetRef"]["name"] == name
        )

    scaled = any(is_scaler(manifest) for manifest in manifests)
    if not scaled:
        changed["spec"]["replicas"] = replicas

    def resized(manifest: Manifest) -> Manifest:
        if manifest is target:
            return changed
        if not is_scaler(manifest):
            return manifest
        most = max(replicas, manifest["spec"]["maxReplicas"])
        spec = {**manifest["spec"], "minReplicas": replicas, "maxReplicas": most}
        return {**manifest, "spec": spec}

    return [resized(manifest) for manifest in manifests]


def require_read_only(manifests: Sequence[Mapping[str, Any]]) -> None:
    """Raise ManifestError unless this is the Dashboard's read-only release.

    It has no login: whoever reaches the other one starts and deletes runs.
    """
    arguments = [
        argument
        for manifest in manifests
        if manifest["kind"] == "Deployment"
        for container in manifest["spec"]["template"]["spec"]["containers"]
        for argument in container.get("args") or []
    ]
    if "--read-only=true" not in arguments:
        msg = (
            "tekton.dashboard: this is not the read-only release: no container has the argument "
            "--read-only=true; use the file release.yaml, not release-full.yaml"
        )
        raise ManifestError(msg)


def in_layers(manifests: Sequence[Manifest]) -> list[list[Manifest]]:
    """Split the objects into the layers in which they go up, each after the one before.

    Namespaces; what workloads refer to; webhook configurations; workloads. In reverse, the webhook
    configurations go when no pod answers them any more and before anything that they intercept.
    """
    layers: list[list[Manifest]] = [[], [], [], []]
    for manifest in manifests:
        kind = manifest["kind"]
        if kind == "Namespace":
            layers[0].append(manifest)
        elif kind in WEBHOOK_CONFIGURATIONS:
            layers[2].append(manifest)
        elif kind in {*m.AWAITED_WORKLOADS, "Service", "HorizontalPodAutoscaler"}:
            layers[3].append(manifest)
        else:
            layers[1].append(manifest)
    return [layer for layer in layers if layer]
