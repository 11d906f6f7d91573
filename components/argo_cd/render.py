"""From the arguments to the objects that are registered, in the phases that they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.argo_cd import (
    access,
    clusters,
    exposure,
    oidc,
    own_secrets,
    projects,
    repositories,
    workloads,
)
from kube import manifests as m
from kube.images import with_image_registry, with_pull_secrets
from kube.manifests import Manifest
from kube.patches import with_patches
from kube.resources import CRD


@dataclass(frozen=True)
class Rendered:
    """Every object but the namespace."""

    crds: list[Manifest]
    configuration: list[Manifest]
    """All that workloads refer to."""
    default_project: list[Manifest]
    """What is stated about the project that the server would make; nothing, or one object."""
    workloads: list[Manifest]
    afterwards: list[Manifest]
    """What needs a server or controller that runs."""

    @property
    def created(self) -> list[Manifest]:
        """The objects that are made; the others are laid over what somebody else makes."""
        return [*self.crds, *self.configuration, *self.workloads, *self.afterwards]


def rendered(args: Mapping[str, Any]) -> Rendered:
    """Return the objects that the arguments of the component stand for."""
    release = _release(args)
    early = {CRD, *m.AWAITED_WORKLOADS}
    configuration = [o for o in release if o["kind"] not in early]
    namespace = args["namespace"]
    stated = args.get("default_project", "unmanaged")
    default = [] if stated == "unmanaged" else [projects.default_project(locked=stated == "locked")]
    return Rendered(
        crds=[o for o in release if o["kind"] == CRD],
        configuration=[*configuration, *m.in_namespace(_secrets(args), namespace)],
        default_project=m.in_namespace(default, namespace),
        workloads=[o for o in release if o["kind"] in m.AWAITED_WORKLOADS],
        afterwards=m.in_namespace(_afterwards(args), namespace),
    )


def _release(args: Mapping[str, Any]) -> list[Manifest]:
    """Return the objects of the release: placed, configured, images rewritten."""
    objects = m.in_namespace([dict(o) for o in args["manifests"]], args["namespace"])
    for name, entries in config_map_entries(args).items():
        objects = m.with_config_map_data(objects, name, entries)
    if certificates := args.get("tls_certificates"):
        objects = m.with_config_map_data(objects, repositories.CERTIFICATES, certificates)
    objects = repositories.with_known_hosts(objects, args.get("known_hosts") or ())
    for component, key in (("notifications-controller", "notifications"), ("dex-server", "dex")):
        if not args.get(key, True):
            objects = workloads.without_component(objects, component)
    if not args.get("network_policies", True):
        objects = workloads.without_network_policies(objects)
    objects = workloads.with_workloads(objects, args.get("workloads") or {})
    # After the sizes, which are those of the release's own containers.
    objects = with_patches(objects, [dict(p) for p in args.get("patches") or ()])
    objects = [*objects, *(dict(o) for o in args.get("objects") or ())]
    objects = workloads.with_room_to_roll(objects)
    own = args.get("own_secrets")
    objects = own_secrets.with_settings_secret(objects, own)
    objects = m.with_restart_on_change(objects, own_secrets.environment_marks(own))
    objects = with_image_registry(objects, args.get("image_registry"))
    objects = with_pull_secrets(objects, args.get("pull_secrets") or ())
    return m.without_service_waits(objects)


def config_map_entries(args: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the entries of the three ConfigMaps: what the arguments mean, under what they state.

    Nothing is declared that is not given, but for the default role.
    """
    config = {
        "url": args.get("url"),
        "application.resourceTrackingMethod": args.get("tracking_method"),
        "oidc.config": oidc.oidc_config(args["oidc"]) if args.get("oidc") else None,
    }
    params = {"server.insecure": "true" if args.get("insecure") else None}
    rbac = access.rbac_entries(args.get("access") or access.AccessArgs(), args.get("ci"))
    return {
        "argocd-cm": _given(config) | dict(args.get("config") or {}),
        "argocd-cmd-params-cm": _given(params) | dict(args.get("params") or {}),
        "argocd-rbac-cm": rbac | dict(args.get("rbac") or {}),
    }


def _secrets(args: Mapping[str, Any]) -> list[Manifest]:
    credentials = args.get("repository_credentials") or {}
    return [
        *own_secrets.redis_secret(args.get("own_secrets")),
        *own_secrets.certificate_secret(args.get("server_certificate")),
        *(oidc.oidc_secret(args["oidc"]) if args.get("oidc") else ()),
        *(repositories.repository(n, r) for n, r in (args.get("repositories") or {}).items()),
        *(repositories.credentials(n, r) for n, r in credentials.items()),
        *(clusters.cluster(n, c) for n, c in (args.get("clusters") or {}).items()),
    ]


def _afterwards(args: Mapping[str, Any]) -> list[Manifest]:
    ways: Sequence[Manifest] = [
        *(
            [exposure.ingress(args["ingress"], insecure=bool(args.get("insecure")))]
            if args.get("ingress")
            else ()
        ),
        *([exposure.route(args["route"])] if args.get("route") else ()),
    ]
    given = args.get("projects") or {}
    return [*ways, *(projects.app_project(name, project) for name, project in given.items())]


def _given(entries: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in entries.items() if value is not None}
