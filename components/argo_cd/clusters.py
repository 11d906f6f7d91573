"""Further clusters to deploy to, as the Secrets that Argo CD reads.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/declarative-setup.md
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from components.argo_cd.repositories import LABEL
from kube.manifests import Manifest, opaque_secret


class AwsAuthArgs(TypedDict):
    """Access to an EKS cluster by a role that the controllers can assume."""

    cluster_name: str
    """Name of the cluster at AWS."""

    role_arn: NotRequired[str]
    """Role to assume; the one of the pod by default."""


class ClusterArgs(TypedDict):
    """One cluster."""

    server: str
    """Address of its API server."""

    token: NotRequired[str]
    """Token of a service account there."""

    aws: NotRequired[AwsAuthArgs]
    """Access by AWS's own means."""

    ca_data: NotRequired[str]
    """Certificate of its authority, PEM in base64, as a kubeconfig has it."""

    insecure: NotRequired[bool]
    """Do not verify its certificate."""

    namespaces: NotRequired[Sequence[str]]
    """The only namespaces to look at; all of them by default."""

    project: NotRequired[str]
    """The only AppProject that may use it; any by default."""

    labels: NotRequired[Mapping[str, str]]
    """Labels for the generators of ApplicationSets to select by."""


def cluster(name: str, given: ClusterArgs) -> Manifest:
    """Return the Secret that registers a cluster."""
    tls: dict[str, Any] = {"insecure": bool(given.get("insecure"))}
    if ca_data := given.get("ca_data"):
        tls["caData"] = ca_data
    access: dict[str, Any] = {"tlsClientConfig": tls}
    if token := given.get("token"):
        access["bearerToken"] = token
    if aws := given.get("aws"):
        access["awsAuthConfig"] = {"clusterName": aws["cluster_name"]}
        if role := aws.get("role_arn"):
            access["awsAuthConfig"]["roleARN"] = role
    data = {"name": name, "server": given["server"], "config": json.dumps(access, sort_keys=True)}
    if project := given.get("project"):
        data["project"] = project
    if namespaces := given.get("namespaces"):
        data["namespaces"] = ",".join(namespaces)
    return opaque_secret(f"cluster-{name}", data, {**(given.get("labels") or {}), LABEL: "cluster"})
