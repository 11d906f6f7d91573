"""Argo CD, rendered from its release manifest: every object is a child of its own.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/installation.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.argo_cd.access import AccessArgs, CiArgs
from components.argo_cd.clusters import ClusterArgs
from components.argo_cd.exposure import IngressArgs, RouteArgs
from components.argo_cd.oidc import OidcArgs
from components.argo_cd.own_secrets import CertificateArgs, OwnSecretsArgs
from components.argo_cd.projects import ProjectArgs
from components.argo_cd.render import rendered
from components.argo_cd.repositories import CredentialsArgs, RepositoryArgs
from components.argo_cd.workloads import WorkloadArgs
from kube.manifests import Manifest
from kube.resources import KubernetesObject, KubernetesPatch, child_name, register

CONTROLLER = "argocd-application-controller"
"""The workload that alone can finish the deletion of an Application."""


class ArgoCdArgs(TypedDict):
    """What Argo CD is installed from, and how."""

    manifests: Sequence[Mapping[str, Any]]
    """The objects of the release manifest, standard or HA, as published."""

    version: str
    """Release tag of the manifest, with its leading v."""

    namespace: str
    """Namespace of every namespaced object; it is created."""

    config: NotRequired[Mapping[str, str]]
    """Entries for argocd-cm, merged over the release's own."""

    params: NotRequired[Mapping[str, str]]
    """Entries for argocd-cmd-params-cm, merged over the release's own."""

    rbac: NotRequired[Mapping[str, str]]
    """Entries for argocd-rbac-cm, merged over the release's own."""

    objects: NotRequired[Sequence[Mapping[str, Any]]]
    """Configuration of other units that the workloads refer to, beside the release's."""

    patches: NotRequired[Sequence[Mapping[str, Any]]]
    """What other units add to objects of the release, found by kind and name."""

    own_secrets: NotRequired[OwnSecretsArgs]
    """Credentials that Argo CD makes up at its first start where they are not given."""

    server_certificate: NotRequired[CertificateArgs]
    """The server's certificate; it makes one of its own if it is not given."""

    url: NotRequired[str | None]
    """Address of the server as its users have it."""

    insecure: NotRequired[bool]
    """Let the server speak plain HTTP: something before it ends TLS."""

    tracking_method: NotRequired[str]
    """How Argo CD marks what is its own; annotation by default."""

    oidc: NotRequired[OidcArgs | None]
    """Single sign-on with an OIDC provider."""

    ingress: NotRequired[IngressArgs | None]
    """An Ingress before the server."""

    route: NotRequired[RouteArgs | None]
    """A route of the Gateway API before the server."""

    access: NotRequired[AccessArgs]
    """Who may do what; without it, only the administrator."""

    ci: NotRequired[CiArgs | None]
    """The account that pipelines use."""

    projects: NotRequired[Mapping[str, ProjectArgs]]
    """AppProjects by name."""

    default_project: NotRequired[str]
    """What the project `default` allows: `open`, `locked`, or whatever it does: `unmanaged`."""

    repositories: NotRequired[Mapping[str, RepositoryArgs]]
    """Repositories by name."""

    repository_credentials: NotRequired[Mapping[str, CredentialsArgs]]
    """Credentials for groups of repositories by name."""

    known_hosts: NotRequired[Sequence[str]]
    """Host keys of SSH servers, as lines of a known_hosts file, beside the release's own."""

    tls_certificates: NotRequired[Mapping[str, str]]
    """Certificates, PEM, that HTTPS servers of repositories are trusted by, by host name."""

    clusters: NotRequired[Mapping[str, ClusterArgs]]
    """Further clusters to deploy to, by name."""

    workloads: NotRequired[Mapping[str, WorkloadArgs]]
    """Replicas and resources by the component label of the release: server, repo-server."""

    notifications: NotRequired[bool]
    """Run the notifications controller; so by default."""

    dex: NotRequired[bool]
    """Run Dex, which brings sign-on with other providers than OIDC's; so by default."""

    network_policies: NotRequired[bool]
    """Keep the release's NetworkPolicies; so by default."""

    image_registry: NotRequired[str | None]
    """Registry that serves the images instead of their own: HOST[:PORT][/PATH]."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespace."""

    retain_crds: NotRequired[bool]
    """Keep the CRDs, and so all Applications, when they are removed from the stack."""

    before_removal: NotRequired[pulumi.ResourceHook | None]
    """Runs before the application controller is deleted, which alone can let Applications go."""

    pods_depend_on: NotRequired[Sequence[pulumi.Resource]]
    """What intercepts pods: there before the first one starts, until the last one is gone."""

    timeout_seconds: NotRequired[int]
    """How long each object may take to become ready, image pulls included; 600 by default."""


class ArgoCd(pulumi.ComponentResource):
    """Argo CD, serving.

    True after success: every Deployment and StatefulSet is ready, and its projects exist. Waits for
    these. Destroy removes the projects, then the workloads, then their configuration and the CRDs
    (unless retained), then the namespace and with it the Secrets that Argo CD made itself.
    """

    summary: Mapping[str, str]
    """What was installed: version, namespace, and the server's host:port inside the cluster."""

    def __init__(
        self, name: str, args: ArgoCdArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the namespace and every object of the release, in the order they need."""
        namespace = args["namespace"]
        port = 80 if args.get("insecure") else 443
        self.summary = {
            "version": args["version"],
            "namespace": namespace,
            "server": f"argocd-server.{namespace}.svc:{port}",
        }
        super().__init__("bootstrap:index:ArgoCd", name, dict(self.summary), opts)

        manifest = namespace_manifest(namespace)
        home = KubernetesObject(
            child_name(name, manifest), manifest, pulumi.ResourceOptions(parent=self)
        )
        shared: dict[str, Any] = {
            "component": name,
            "home": namespace,
            "parent": self,
            "timeout_seconds": args.get("timeout_seconds", 600),
        }
        objects = rendered(dict(args))
        # On the namespace only for the sake of destroy: the engine deletes in waves by depth, and
        # CRDs, which take longest, then go in the wave of the configuration instead of one of their
        # own.
        kinds = register(
            objects.crds, depends_on=[home], retain_crds=args.get("retain_crds", False), **shared
        )
        settings = register(objects.configuration, depends_on=[home], **shared)
        # The server makes this project when it is missing: with ours there first, nothing can be
        # deployed through it in between. A patch, as on a running platform it is the server's own;
        # not taken back on destroy, as it goes with the namespace and would stay open until then.
        first = [
            KubernetesPatch(
                child_name(name, project, namespace),
                project,
                pulumi.ResourceOptions(
                    parent=self, depends_on=[home, *kinds], retain_on_delete=True
                ),
            )
            for project in objects.default_project
        ]
        # Destroy stops the controllers before it takes their kinds, accounts and rights away.
        pods_depend_on = args.get("pods_depend_on") or []
        before = [home, *kinds, *settings, *first]
        removal = args.get("before_removal")
        workloads = register(
            objects.workloads,
            depends_on=[*before, *pods_depend_on],
            before_delete={CONTROLLER: removal} if removal else None,
            **shared,
        )
        # On the workloads: a project that is kept while it is used goes only with the controller's
        # consent, and a server that is not there is not worth a way to it.
        register(objects.afterwards, depends_on=[home, *kinds, *workloads], **shared)

        self.register_outputs(dict(self.summary))


def namespace_manifest(name: str) -> Manifest:
    """Return the namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def created(args: ArgoCdArgs) -> list[Manifest]:
    """Return every object that the component creates; what it lays over others' is none of it."""
    return [namespace_manifest(args["namespace"]), *rendered(dict(args)).created]
