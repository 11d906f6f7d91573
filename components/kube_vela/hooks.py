"""The hooks of KubeVela, for the cluster that is selected."""

from dataclasses import dataclass

import pulumi

from components.kube_vela.removal import remove_applications
from components.kube_vela.tested import warning
from kube.cluster import ClusterError, connect, transport
from kube.target import Target
from upstream.versions import CATALOGUE

NAME = "kube-vela"


@dataclass(frozen=True)
class Hooks:
    """To be made in every run of the program: the state knows them by name."""

    before_change: pulumi.ResourceHook
    """Warns of a Kubernetes that upstream does not test with; in previews, too."""

    before_removal: pulumi.ResourceHook
    """Has vela-core remove all Applications."""


def hooks(target: Target, seconds: float) -> Hooks:
    """Return the hooks; a removal may take so many seconds."""

    def change(_args: pulumi.ResourceHookArgs) -> None:
        if not target.selected:
            return
        try:
            cluster = connect(target.kubeconfig, target.context)
            text = warning("KubeVela", CATALOGUE["kubeVela"], cluster)
        except ClusterError:
            return  # a preview may be without the cluster; an update will say so itself
        if text:
            pulumi.log.warn(text)

    def removal(_args: pulumi.ResourceHookArgs) -> None:
        send = transport(target.kubeconfig, target.context)
        remove_applications(send, seconds, pulumi.log.info)

    in_previews = pulumi.ResourceHookOptions(on_dry_run=True)
    return Hooks(
        before_change=pulumi.ResourceHook(f"{NAME}-before-change", change, in_previews),
        before_removal=pulumi.ResourceHook(f"{NAME}-before-removal", removal),
    )
