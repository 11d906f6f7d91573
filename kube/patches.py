"""Patches of manifests: what is added to an object that another unit owns. Pure; no Pulumi here.

A patch is an object with nothing but the fields to set, as server-side apply takes it: mappings are
merged, and so are the lists whose entries Kubernetes knows by a key; other lists are replaced.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from kube.manifests import Manifest, sole

# Ref: https://github.com/kubernetes/api/blob/v0.36.3/core/v1/types.go, the tags patchMergeKey
MERGE_KEYS: Mapping[str, str] = {
    "containers": "name",
    "env": "name",
    "imagePullSecrets": "name",
    "initContainers": "name",
    "volumeMounts": "mountPath",
    "volumes": "name",
}
"""The lists of a pod that are merged, with the key of their entries."""


def with_patches(manifests: Sequence[Manifest], patches: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests with each patch merged into the object of its kind and name.

    Raises ManifestError unless there is exactly one such object.
    """
    changed = list(manifests)
    for patch in patches:
        target = sole(changed, patch["kind"], patch["metadata"]["name"])
        changed = [merged(m, patch) if m is target else m for m in changed]
    return changed


def merged(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping with the patch merged in; both stay as they were."""
    result = copy.deepcopy(dict(target))
    for key, value in patch.items():
        present = result.get(key)
        if isinstance(value, Mapping) and isinstance(present, Mapping):
            result[key] = merged(present, value)
        elif key in MERGE_KEYS and isinstance(present, list):
            result[key] = _entries(present, value, MERGE_KEYS[key])
        else:
            result[key] = copy.deepcopy(value)
    return result


def _entries(
    present: Sequence[dict[str, Any]], given: Sequence[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    by_key = {entry[key]: entry for entry in present}
    for entry in given:
        by_key[entry[key]] = merged(by_key.get(entry[key], {}), entry)
    return list(by_key.values())
