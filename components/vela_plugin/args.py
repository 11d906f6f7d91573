"""What the plugin is made from."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict


class VelaPluginArgs(TypedDict):
    """What the plugin is made from."""

    namespace: str
    """Namespace of Argo CD."""

    mode: str
    """`application`: leave the work to vela-core; `render`: render what an Application stands for.
    """

    form: str
    """`sidecar`, or `legacy` for Argo CD 2.4 to 2.7: an entry of argocd-cm that runs in the
    repo-server's own container."""

    files: Mapping[str, str]
    """The converter: path -> content."""

    image: NotRequired[str]
    """Image of the sidecar: one of Argo CD, for its plugin server, helm, awk and sh."""

    cli_image: NotRequired[str]
    """Image with the vela CLI, for the mode `render`."""

    definitions: NotRequired[Sequence[Mapping[str, Any]]]
    """Component and trait definitions, for the mode `render`."""

    traits: NotRequired[Sequence[str]]
    """Names that are traits in an Appfile, in place of those of KubeVela's chart."""

    more_traits: NotRequired[Sequence[str]]
    """Names that are traits in an Appfile as well."""

    components: NotRequired[Mapping[str, Sequence[str]]]
    """Component types that an Appfile may name as well, with their parameters; `*` is any."""

    kubeconfig_secret: NotRequired[str | None]
    """Secret with a kubeconfig under the key `config`, for the mode `render`."""

    resources: NotRequired[Mapping[str, Any]]
    """Resource requirements of the container, over the default ones."""

    track_by_annotation: NotRequired[bool]
    """Have Argo CD mark what is its own by annotation; before 3.0 it does so by label."""

    other_plugins: NotRequired[Sequence[Mapping[str, Any]]]
    """In the form `legacy`: entries beside ours, as one entry of argocd-cm holds all plugins."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets for an existing Argo CD."""

    patch: NotRequired[bool]
    """Patch an Argo CD that somebody else owns; by default nothing is registered, and the
    contribution is for the component that owns it."""
