"""The one provider of all units."""

import json

import pulumi
from pulumi_kubernetes import Provider

from kube.provider import taking_over
from stack.settings import Settings

NOWHERE = json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": []})
"""A kubeconfig that leads nowhere: a preview without a cluster must not find one by itself."""


def provider_of(settings: Settings, *, takes_over: bool = False) -> Provider:
    """Return the provider for the cluster that is selected.

    `takes_over` lets it create what exists already, by taking it over.
    """
    cluster = settings.cluster
    if not cluster.selected:
        pulumi.log.info("no cluster is selected: previewing against an empty one")
    kubeconfig = cluster.kubeconfig if cluster.selected else NOWHERE
    return Provider(
        "cluster",
        kubeconfig=pulumi.Output.secret(kubeconfig) if kubeconfig else None,
        context=cluster.context,
        cluster_identifier=cluster.identifier,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        **(taking_over() if takes_over else {}),
    )
