"""Which of the planned objects the cluster has already, without the stack owning them."""

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kube.cluster import Cluster, ForbiddenError
from kube.identity import Identity
from kube.manifests import Manifest
from stack.plan import PlannedRelease, PlannedUnit
from stack.preflight.state import State

HELM_NAME, HELM_NAMESPACE = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
TRACKING = "argocd.argoproj.io/tracking-id"
PULUMI, KUBECTL = "pulumi", "kubectl"
"""How the names of their field managers begin."""


@dataclass(frozen=True)
class Found:
    """An object of the cluster that a unit would create."""

    unit: str
    identity: Identity
    owner: str
    """Who made it, in words."""
    generation: int | None
    """Counts the changes of its spec; None where the kind has none."""
    manifest: Manifest
    """What the unit would create."""
    by_pulumi: bool
    """Whether some Pulumi stack has made it."""


@dataclass(frozen=True)
class FoundRelease:
    """What the cluster has of a Helm release that a unit would install."""

    unit: str
    planned: PlannedRelease
    chart: str | None
    """Chart and version of the release of that name; None when there is none."""
    values: Mapping[str, Any]
    """What that release sets over the chart's defaults."""
    other: tuple[str, str] | None
    """Namespace and name of another release that made what this chart makes."""
    maker: str | None
    """Who else made what this chart makes, when no release did."""


@dataclass
class Existing:
    """What was found, and what could not be looked at."""

    objects: list[Found] = field(default_factory=list)
    releases: list[FoundRelease] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Kinds that may not be listed."""


def find(cluster: Cluster, units: Sequence[PlannedUnit], state: State) -> Existing:
    """Return what of the plan is in the cluster and not in the state.

    Asks for one list, without contents, for each kind and namespace of which something is missing
    in the state: nothing at all on a run that creates nothing. Raises ClusterError.
    """
    existing = Existing()
    wanted: dict[tuple[str, str, str, str], list[tuple[PlannedUnit, Manifest]]] = defaultdict(list)
    for unit in units:
        for manifest in unit.objects:
            identity = Identity.of(manifest)
            if identity not in state.objects:
                version = manifest["apiVersion"].rpartition("/")[2]
                place = (identity.group, version, identity.kind, identity.namespace)
                wanted[place].append((unit, manifest))
        release = unit.release
        if release and release.place not in state.releases:
            existing.releases += _release(cluster, unit.unit, release)
    for (group, version, kind, namespace), planned in wanted.items():
        try:
            there = _collection(cluster, Identity(group, kind, namespace, ""), version)
        except ForbiddenError:
            existing.unseen.append(kind)
            continue
        for unit, manifest in planned:
            if metadata := there.get(manifest["metadata"]["name"]):
                existing.objects.append(_found(unit.unit, manifest, metadata))
    return existing


def owner(metadata: Mapping[str, Any]) -> str:
    """Return who made an object, as far as its metadata tell."""
    annotations = metadata.get("annotations") or {}
    managers = _managers(metadata)
    if HELM_NAME in annotations:
        return f"Helm release {annotations.get(HELM_NAMESPACE, '')}/{annotations[HELM_NAME]}"
    if TRACKING in annotations:
        return f"Argo CD application {annotations[TRACKING].partition(':')[0]}"
    if any(manager.startswith(PULUMI) for manager in managers):
        return "a Pulumi stack: another one, or this one before its state was lost"
    first = next((manager for manager in managers if manager), "somebody")
    return KUBECTL if first.startswith(KUBECTL) else first


def _managers(metadata: Mapping[str, Any]) -> list[str]:
    return [entry.get("manager", "") for entry in metadata.get("managedFields") or []]


def _found(unit: str, manifest: Manifest, metadata: Mapping[str, Any]) -> Found:
    return Found(
        unit,
        Identity.of(manifest),
        owner(metadata),
        metadata.get("generation"),
        manifest,
        by_pulumi=any(manager.startswith(PULUMI) for manager in _managers(metadata)),
    )


def _collection(cluster: Cluster, kind: Identity, version: str) -> dict[str, Mapping[str, Any]]:
    path = cluster.path_of(kind, version, collection=True)
    found = cluster.metadata(path) if path else ()
    return {o["metadata"]["name"]: o["metadata"] for o in found}


def _release(cluster: Cluster, unit: str, planned: PlannedRelease) -> Iterator[FoundRelease]:
    """Yield what there is of a release, if there is anything."""
    path = f"/api/v1/namespaces/{planned.namespace}/secrets"
    labels = f"owner=helm,name={planned.name}"
    records = sorted(cluster.metadata(path, labelSelector=labels), key=_revision)
    if records:
        record = cluster.get(f"{path}/{records[-1]['metadata']['name']}") or {}
        chart, values = decoded(record)
        yield FoundRelease(unit, planned, chart, values, None, None)
        return
    version = "v1"  # workloads and namespaces: nothing else is a witness
    witness = _collection(cluster, planned.witness, version).get(planned.witness.name)
    if not witness:
        return
    annotations = witness.get("annotations") or {}
    other = (annotations.get(HELM_NAMESPACE, ""), annotations.get(HELM_NAME, ""))
    maker = None if all(other) else owner(witness)
    yield FoundRelease(unit, planned, None, {}, other if all(other) else None, maker)


def _revision(record: Mapping[str, Any]) -> int:
    return int((record["metadata"].get("labels") or {}).get("version", 0))


def decoded(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return chart-version and the values of a release from the Secret that Helm keeps of it.

    Ref: https://github.com/helm/helm/blob/v3.18.6/pkg/storage/driver/util.go
    """
    packed = base64.b64decode(base64.b64decode((record.get("data") or {}).get("release", "")))
    release = json.loads(gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed or b"{}")
    chart = (release.get("chart") or {}).get("metadata") or {}
    name = f"{chart.get('name', 'unknown')}-{chart.get('version', 'unknown')}"
    return name, dict(release.get("config") or {})
