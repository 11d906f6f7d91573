"""What a Kubernetes object is known by."""

from typing import NamedTuple, Self

from kube.manifests import Manifest


class Identity(NamedTuple):
    """Group, kind, namespace (empty where there is none) and name.

    Without the version of the API: an object stays the same one in all of them.
    """

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Return the identity of a manifest."""
        metadata = manifest["metadata"]
        return cls(
            group_of(manifest["apiVersion"]),
            manifest["kind"],
            metadata.get("namespace") or "",
            metadata["name"],
        )

    def __str__(self) -> str:
        """Return kind, namespace and name, as a reader knows them: `Deployment argocd/server`."""
        return f"{self.kind} {self.path}"

    @property
    def path(self) -> str:
        """Namespace and name, or the name alone."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def group_of(api_version: str) -> str:
    """Return the group of an apiVersion; the core group is empty."""
    return api_version.rpartition("/")[0]
