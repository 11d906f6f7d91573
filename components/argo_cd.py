"""Argo CD, rendered from its release manifest: every object is a child of its own.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/installation.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from upstream import manifests as m
from upstream.manifests import Manifest
from upstream.patches import with_patches
from upstream.resources import CRD, KubernetesObject, child_name, register

HA_NODES = 3
"""How many nodes the HA variant needs: each of its Redis pods wants one of its own."""

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


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

    image_registry: NotRequired[str | None]
    """Registry that serves the images instead of their own: HOST[:PORT][/PATH]."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespace."""

    retain_crds: NotRequired[bool]
    """Keep the CRDs, and so all Applications, when they are removed from the stack."""

    pods_depend_on: NotRequired[Sequence[pulumi.Resource]]
    """What intercepts pods: there before the first one starts, until the last one is gone."""

    timeout_seconds: NotRequired[int]
    """How long each object may take to become ready, image pulls included; 600 by default."""


class ArgoCd(pulumi.ComponentResource):
    """Argo CD, serving.

    True after success: every Deployment and StatefulSet is ready. Waits for these. Destroy removes
    the workloads, then their configuration and the CRDs (unless retained), then the namespace and
    with it the Secrets that Argo CD made itself.
    """

    summary: Mapping[str, str]
    """What was installed: version, namespace, and the server's host:port inside the cluster."""

    def __init__(
        self, name: str, args: ArgoCdArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the namespace and every object of the release, in the order they need."""
        namespace = args["namespace"]
        self.summary = {
            "version": args["version"],
            "namespace": namespace,
            "server": f"argocd-server.{namespace}.svc:443",
        }
        super().__init__("bootstrap:index:ArgoCd", name, dict(self.summary), opts)

        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        home = KubernetesObject(
            child_name(name, manifest), manifest, pulumi.ResourceOptions(parent=self)
        )
        shared: dict[str, Any] = {
            "component": name,
            "home": namespace,
            "parent": self,
            "timeout_seconds": args.get("timeout_seconds", 600),
        }
        crds, configuration, workloads = in_phases(render(args))
        # On the namespace only for the sake of destroy: the engine deletes in waves by depth, and
        # CRDs, which take longest, then go in the wave of the configuration instead of one of their
        # own.
        kinds = register(
            crds, depends_on=[home], retain_crds=args.get("retain_crds", False), **shared
        )
        settings = register(configuration, depends_on=[home], **shared)
        # Destroy stops the controllers before it takes their kinds, accounts and rights away.
        pods_depend_on = args.get("pods_depend_on") or []
        register(workloads, depends_on=[home, *kinds, *settings, *pods_depend_on], **shared)

        self.register_outputs(dict(self.summary))


def render(args: ArgoCdArgs) -> list[Manifest]:
    """Return the objects as they are registered: placed, configured, images rewritten."""
    objects = m.in_namespace([dict(o) for o in args["manifests"]], args["namespace"])
    objects = m.with_config_map_data(objects, "argocd-cm", args.get("config") or {})
    objects = m.with_config_map_data(objects, "argocd-cmd-params-cm", args.get("params") or {})
    objects = m.with_config_map_data(objects, "argocd-rbac-cm", args.get("rbac") or {})
    objects = with_patches(objects, [dict(p) for p in args.get("patches") or ()])
    objects = [*objects, *(dict(o) for o in args.get("objects") or ())]
    objects = with_room_to_roll(objects)
    objects = m.with_restart_on_change(objects)
    objects = m.with_image_registry(objects, args.get("image_registry"))
    objects = m.with_pull_secrets(objects, args.get("pull_secrets") or ())
    return m.without_service_waits(objects)


def with_room_to_roll(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests with spread Deployments rolled by taking a pod down first.

    The HA variant puts each pod of a Deployment on a node of its own and asks for three nodes. With
    three pods, a rolling update as Kubernetes does it by default waits for a fourth node for ever.
    """

    def is_stuck(manifest: Manifest) -> bool:
        if manifest["kind"] != "Deployment" or manifest["spec"].get("replicas", 1) < HA_NODES:
            return False
        affinity = manifest["spec"]["template"]["spec"].get("affinity") or {}
        return bool(affinity.get("podAntiAffinity", {}).get(REQUIRED))

    one_by_one = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
    }
    return [
        {**o, "spec": {**o["spec"], "strategy": one_by_one}} if is_stuck(o) else o
        for o in manifests
    ]


def in_phases(
    manifests: Sequence[Manifest],
) -> tuple[list[Manifest], list[Manifest], list[Manifest]]:
    """Split the objects into CRDs, configuration (all that workloads refer to) and workloads."""
    crds = [o for o in manifests if o["kind"] == CRD]
    workloads = [o for o in manifests if o["kind"] in m.AWAITED_WORKLOADS]
    early = {CRD, *m.AWAITED_WORKLOADS}
    return crds, [o for o in manifests if o["kind"] not in early], workloads
