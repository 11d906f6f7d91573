"""An Argo CD that somebody else installed: whether it is there, and what it understands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.argo_cd.versions import missing
from kube.cluster import Cluster
from settings.problems import Problem, put
from upstream.versions import numbers


@dataclass(frozen=True)
class ForeignArgoCd:
    """An Argo CD that somebody else installed, and that the stack contributes to."""

    namespace: str
    stated: str | None
    """Its version as the stack file states it."""
    features: Mapping[str, str]
    """What is contributed, as `versions.py` names it, and the setting behind it."""


WORKLOADS = (
    "deployments/argocd-server",
    "deployments/argocd-repo-server",
    "statefulsets/argocd-application-controller",
)
"""Any of them tells the version; a core installation has no server."""


def running_version(cluster: Cluster, namespace: str) -> str | None:
    """Return the version that runs in a namespace, from an image's tag; None when none tells."""
    paths = (f"/apis/apps/v1/namespaces/{namespace}/{name}" for name in WORKLOADS)
    tags = (cluster.image_version(path) for path in paths)
    return next((tag for tag in tags if tag and numbers(tag)), None)


def absent(cluster: Cluster, argo: ForeignArgoCd) -> Iterator[Problem]:
    """Yield an Argo CD that is not where it is said to be: a patch would make half an object."""
    if cluster.get(f"/api/v1/namespaces/{argo.namespace}/configmaps/argocd-cm") is None:
        text = (
            f"there is no argocd-cm in namespace {argo.namespace}, and argoCd.mode is existing. "
            f"Fix: {put('argoCd.namespace', 'NAMESPACE')} with that of the Argo CD, or "
            f"{put('argoCd.mode', 'managed')} to have one installed"
        )
        yield Problem("argoCd.namespace", text)


def misunderstood(argo: ForeignArgoCd, running: str | None) -> Iterator[Problem]:
    """Yield what its version, read or else stated, does not understand, or that none is known."""
    version = running or argo.stated
    if version is None:
        text = (
            "not set, and the Argo CD cannot be asked: what it understands depends on it; allowed: "
            f"its release tag. Fix: {put('argoCd.version', 'vX.Y.Z')}"
        )
        yield Problem("argoCd.version", text)
        return
    source = "which runs there" if running else "as argoCd.version says"
    for feature, otherwise in missing(version, argo.features):
        key = argo.features[feature]
        text = (
            f"not possible on Argo CD {version}, {source}: {otherwise}; allowed: false. "
            f"Fix: {put(key, 'false')}, or have that Argo CD upgraded"
        )
        yield Problem(key, text)


def remarks(argo: ForeignArgoCd, running: str | None) -> Iterator[str]:
    """Yield what to tell the reader: that another version runs than is stated."""
    if running and argo.stated and (numbers(running) or ())[:2] != (numbers(argo.stated) or ())[:2]:
        yield (
            f"Argo CD {running} runs in namespace {argo.namespace}, and argoCd.version says "
            f"{argo.stated}, by which a preview without a cluster goes: "
            f"{put('argoCd.version', running)}"
        )
