"""The cluster that the platform is installed in."""

from settings.fields import ContextName, FilePath, Identifier
from settings.sections.base import Section

IDENTIFIER = "gitops-bootstrap-<stack>"
"""What `cluster.identifier` is when it is not set; the loader puts the stack's name in."""


class ClusterSettings(Section):
    """The cluster that the platform is installed in: `context`, `kubeconfig` or both select it.

    Without either, and without KUBECONFIG in the environment, only a preview runs.
    """

    context: ContextName | None = None
    """Context of the kubeconfig; the file's current one if it is not set."""

    kubeconfig: FilePath | None = None
    """Path of the kubeconfig; KUBECONFIG of the environment if it is not set."""

    identifier: Identifier = IDENTIFIER
    """Name of the cluster in Pulumi's state. Never change it: that replaces every resource."""

    adopt: bool = False
    """Take over what the cluster has already and the state does not know, instead of refusing."""

    protect: bool = False
    """Refuse to delete namespaces, CRDs and Helm releases, which take others' objects with them."""

    @property
    def selected(self) -> bool:
        """Whether there is a cluster to act on; on loaded settings KUBECONFIG is accounted for."""
        return bool(self.context or self.kubeconfig)
