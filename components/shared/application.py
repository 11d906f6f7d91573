"""One Application, and one ApplicationSet: pure functions from arguments to manifests.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/application.yaml
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from kube.manifests import Manifest

API = "argoproj.io/v1alpha1"

IN_CLUSTER = "in-cluster"
"""What Argo CD calls the cluster that it runs in."""

SERVER = "https://kubernetes.default.svc"
"""The address of that cluster."""

FINALIZERS = {
    "foreground": ["resources-finalizer.argocd.argoproj.io"],
    "background": ["resources-finalizer.argocd.argoproj.io/background"],
    "none": [],
}
"""What happens to the objects of an Application that is deleted: they go before it does, they go
after it, they stay."""

SET_BY_PIPELINE = {
    "helm": "spec.source.helm.parameters",
    "kustomize": "spec.source.kustomize.images",
}
"""The one field of each kind of source that a delivery pipeline writes."""


class HelmArgs(TypedDict):
    """How a chart is rendered."""

    release_name: NotRequired[str]
    """Name of the release; the application's by default."""

    value_files: NotRequired[Sequence[str]]
    """Files of values, relative to the chart."""

    values: NotRequired[Mapping[str, Any]]
    """Values, over those of the files."""

    parameters: NotRequired[Mapping[str, str]]
    """Single values by their dotted names, over all others; always text."""


class KustomizeArgs(TypedDict):
    """How a kustomization is built."""

    images: NotRequired[Sequence[str]]
    """Image overrides as Kustomize writes them: NAME=NEW:TAG."""

    name_prefix: NotRequired[str]
    """What every name begins with."""

    name_suffix: NotRequired[str]
    """What every name ends with."""


class DirectoryArgs(TypedDict):
    """Which files of a folder are taken."""

    recurse: NotRequired[bool]
    """Those of the folders below as well."""

    include: NotRequired[str]
    """Only files that match."""

    exclude: NotRequired[str]
    """No files that match."""


class PluginArgs(TypedDict):
    """Which config management plugin makes the objects."""

    name: str
    """Name of the plugin."""

    env: NotRequired[Mapping[str, str]]
    """Environment variables of the plugin; it sees them with ARGOCD_ENV_ before their names."""

    parameters: NotRequired[Mapping[str, str]]
    """Parameters of the plugin."""


class SourceArgs(TypedDict):
    """Where the objects come from, and how they are made; at most one way to make them."""

    repository: str
    """Address of the repository."""

    revision: str
    """Branch, tag, commit, or version of the chart."""

    path: NotRequired[str]
    """Folder in the repository."""

    chart: NotRequired[str]
    """Name of the chart in a chart repository."""

    helm: NotRequired[HelmArgs]
    """A Helm chart."""

    kustomize: NotRequired[KustomizeArgs]
    """A kustomization."""

    directory: NotRequired[DirectoryArgs]
    """Plain manifests."""

    plugin: NotRequired[PluginArgs]
    """A config management plugin."""


class SyncArgs(TypedDict):
    """When and how the cluster is made to follow the repository."""

    automated: NotRequired[bool]
    """By itself; else when somebody, or a pipeline, says so."""

    prune: NotRequired[bool]
    """Delete what is not in the repository any more; only where it syncs by itself."""

    self_heal: NotRequired[bool]
    """Undo changes in the cluster; only where it syncs by itself."""

    options: NotRequired[Sequence[str]]
    """Sync options as NAME=VALUE."""

    retries: NotRequired[int]
    """How often a failed sync is tried again."""


class IgnoredArgs(TypedDict):
    """A difference that does not count."""

    group: NotRequired[str]
    """API group; empty: the core group."""

    kind: str
    """Kind."""

    name: NotRequired[str]
    """Name; any by default."""

    namespace: NotRequired[str]
    """Namespace; any by default."""

    json_pointers: NotRequired[Sequence[str]]
    """Fields as JSON pointers."""

    jq_path_expressions: NotRequired[Sequence[str]]
    """Fields as jq paths."""

    managed_fields_managers: NotRequired[Sequence[str]]
    """All fields of these managers."""


class ApplicationArgs(TypedDict):
    """One Application."""

    project: str
    """Its AppProject."""

    source: SourceArgs
    """Where it comes from."""

    namespace: str
    """Namespace that it goes to."""

    cluster: NotRequired[str]
    """Name of the registered cluster that it goes to; the one of Argo CD by default."""

    create_namespace: NotRequired[bool]
    """Let Argo CD make the namespace."""

    sync: NotRequired[SyncArgs]
    """When and how it is synced."""

    ignore_differences: NotRequired[Sequence[IgnoredArgs]]
    """Differences that do not count."""

    cascade: NotRequired[str]
    """What happens to its objects when it is deleted, a key of FINALIZERS; `foreground` by
    default."""

    labels: NotRequired[Mapping[str, str]]
    """Labels of the Application itself."""


def application(name: str, args: ApplicationArgs, namespace: str) -> Manifest:
    """Return the Application as it is registered in Argo CD's namespace."""
    cluster = args.get("cluster", IN_CLUSTER)
    where = {"server": SERVER} if cluster == IN_CLUSTER else {"name": cluster}
    metadata: dict[str, Any] = {"name": name, "namespace": namespace}
    if finalizers := FINALIZERS[args.get("cascade", "foreground")]:
        metadata["finalizers"] = list(finalizers)
    if labels := args.get("labels"):
        metadata["labels"] = dict(labels)
    return {
        "apiVersion": API,
        "kind": "Application",
        "metadata": metadata,
        "spec": _given(
            project=args["project"],
            source=_source(args["source"]),
            destination={**where, "namespace": args["namespace"]},
            syncPolicy=_sync_policy(args),
            ignoreDifferences=[_ignored(i) for i in args.get("ignore_differences") or ()],
        ),
    }


def _source(source: SourceArgs) -> Manifest:
    return _given(
        repoURL=source["repository"],
        targetRevision=source["revision"],
        path=source.get("path"),
        chart=source.get("chart"),
        helm=_helm(source.get("helm")),
        kustomize=_kustomize(source.get("kustomize")),
        directory=_directory(source.get("directory")),
        plugin=_plugin(source.get("plugin")),
    )


def _helm(helm: HelmArgs | None) -> Manifest | None:
    if helm is None:
        return None
    return _given(
        releaseName=helm.get("release_name"),
        valueFiles=list(helm.get("value_files") or ()),
        valuesObject=dict(helm.get("values") or {}),
        # As text whatever it looks like: a tag of digits is no number.
        parameters=[
            {"name": name, "value": value, "forceString": True}
            for name, value in sorted((helm.get("parameters") or {}).items())
        ],
    )


def _kustomize(kustomize: KustomizeArgs | None) -> Manifest | None:
    if kustomize is None:
        return None
    return _given(
        images=list(kustomize.get("images") or ()),
        namePrefix=kustomize.get("name_prefix"),
        nameSuffix=kustomize.get("name_suffix"),
    )


def _directory(directory: DirectoryArgs | None) -> Manifest | None:
    if directory is None:
        return None
    return _given(
        recurse=directory.get("recurse"),
        include=directory.get("include"),
        exclude=directory.get("exclude"),
    )


def _plugin(plugin: PluginArgs | None) -> Manifest | None:
    if plugin is None:
        return None
    return _given(
        name=plugin["name"],
        env=[{"name": n, "value": v} for n, v in sorted((plugin.get("env") or {}).items())],
        parameters=[
            {"name": n, "string": v} for n, v in sorted((plugin.get("parameters") or {}).items())
        ],
    )


def _sync_policy(args: ApplicationArgs) -> Manifest:
    sync = args.get("sync") or {}
    options = list(sync.get("options") or ())
    if args.get("create_namespace"):
        options.append("CreateNamespace=true")
    automated = {"prune": bool(sync.get("prune")), "selfHeal": bool(sync.get("self_heal"))}
    retries = sync.get("retries")
    return _given(
        automated=automated if sync.get("automated") else None,
        syncOptions=options,
        retry=None if retries is None else {"limit": retries},
    )


def _ignored(ignored: IgnoredArgs) -> Manifest:
    return _given(
        group=ignored.get("group") or None,
        kind=ignored["kind"],
        name=ignored.get("name"),
        namespace=ignored.get("namespace"),
        jsonPointers=list(ignored.get("json_pointers") or ()),
        jqPathExpressions=list(ignored.get("jq_path_expressions") or ()),
        managedFieldsManagers=list(ignored.get("managed_fields_managers") or ()),
    )


def _given(**fields: Any) -> Manifest:
    """Return the fields that say something: what is not given is not declared."""
    return {key: value for key, value in fields.items() if value not in (None, [], {})}
