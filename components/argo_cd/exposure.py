"""The way to the server from outside the cluster: an Ingress, or a route of a Gateway.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/ingress.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from kube.manifests import Manifest

SERVER = "argocd-server"


class IngressArgs(TypedDict):
    """An Ingress before the server."""

    host: str
    """Host name that it answers to."""

    class_name: NotRequired[str]
    """IngressClass; the cluster's default one where it is not given."""

    tls_secret: NotRequired[str]
    """Secret with the certificate for the host."""

    annotations: NotRequired[Mapping[str, str]]
    """What the controller of the class wants to be told."""


class ParentArgs(TypedDict):
    """A Gateway that serves the host."""

    name: str
    """Its name."""

    namespace: NotRequired[str]
    """Its namespace; the one of Argo CD by default."""

    section_name: NotRequired[str]
    """The listener; every fitting one by default."""


class RouteArgs(TypedDict):
    """A route of the Gateway API before the server, which must be insecure."""

    host: str
    """Host name that it answers to."""

    parents: Sequence[ParentArgs]
    """The Gateways."""

    annotations: NotRequired[Mapping[str, str]]
    """Annotations of the route."""


def ingress(given: IngressArgs, *, insecure: bool) -> Manifest:
    """Return the Ingress; its backend is the plain port of a server that is insecure."""
    host = given["host"]
    backend = {"service": {"name": SERVER, "port": {"name": "http" if insecure else "https"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: dict[str, Any] = {"rules": [{"host": host, "http": {"paths": [path]}}]}
    if class_name := given.get("class_name"):
        spec["ingressClassName"] = class_name
    if secret := given.get("tls_secret"):
        spec["tls"] = [{"hosts": [host], "secretName": secret}]
    # Not awaited: not every controller reports an address, and none is ours.
    annotations = {**(given.get("annotations") or {}), "pulumi.com/skipAwait": "true"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": SERVER, "annotations": annotations},
        "spec": spec,
    }


def route(given: RouteArgs) -> Manifest:
    """Return the HTTPRoute."""
    metadata: dict[str, Any] = {"name": SERVER}
    if annotations := given.get("annotations"):
        metadata["annotations"] = dict(annotations)
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata,
        "spec": {
            "hostnames": [given["host"]],
            "parentRefs": [_parent(parent) for parent in given["parents"]],
            "rules": [{"backendRefs": [{"name": SERVER, "port": 80}]}],
        },
    }


def _parent(given: ParentArgs) -> dict[str, str]:
    shown = {
        "name": given["name"],
        "namespace": given.get("namespace"),
        "sectionName": given.get("section_name"),
    }
    return {key: value for key, value in shown.items() if value}
