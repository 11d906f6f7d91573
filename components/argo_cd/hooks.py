"""Applications of Argo CD must be gone before its application controller is.

One with a finalizer waits until that controller has removed what it deployed. Where the controller
does not run, its deletion, and that of its kind and its namespace, hangs for ever: this is refused
at once, with what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from errors import TeardownError
from kube.cluster import Cluster, connect
from kube.target import Target

API = "/apis/argoproj.io/v1alpha1"
CONTROLLER = "app.kubernetes.io/name=argocd-application-controller"
NAME = "argo-cd"


@dataclass(frozen=True)
class Hooks:
    """To be made in every run of the program: the state knows them by name."""

    before_application: pulumi.ResourceHook
    """Runs before an Application or an ApplicationSet is deleted."""

    before_controller: pulumi.ResourceHook
    """Runs before the application controller is deleted."""


def hooks(target: Target, namespace: str) -> Hooks:
    """Return the hooks for an Argo CD in a namespace of the cluster."""

    def application(args: pulumi.ResourceHookArgs) -> None:
        declared = (args.old_inputs or {}).get("metadata") or {}
        if args.type.endswith(":Application") and not declared.get("finalizers"):
            return  # what it deployed stays, and nobody has to do anything
        _with_controller(connect(target.kubeconfig, target.context), namespace)

    def controller(_args: pulumi.ResourceHookArgs) -> None:
        _without_applications(connect(target.kubeconfig, target.context))

    return Hooks(
        before_application=pulumi.ResourceHook(f"{NAME}-before-application", application),
        before_controller=pulumi.ResourceHook(f"{NAME}-before-controller", controller),
    )


def _with_controller(cluster: Cluster, namespace: str) -> None:
    """Refuse to delete Applications with nobody there to finish it: TeardownError."""
    waiting = [m for m in bound(cluster) if m["namespace"] == namespace]
    if not waiting or _controller_runs(cluster, namespace):
        return
    raise TeardownError(
        f"Argo CD's application controller does not run in namespace {namespace}, and only it can "
        f"finish the deletion of {names(waiting)}: it would be waited for in vain. Fix: have it "
        f"run (make up; kubectl -n {namespace} describe pods -l {CONTROLLER}), then do this "
        f"again; or leave what they deployed where it is:\n{commands(waiting)}"
    )


def _without_applications(cluster: Cluster) -> None:
    """Refuse to delete the controller while Applications need it to go: TeardownError."""
    if left := bound(cluster):
        raise TeardownError(
            f"these Applications are not of this stack: {names(left)}. Only Argo CD's application "
            "controller, which would be removed now, can finish their deletion. Fix: delete them "
            "and what they deployed (kubectl delete applications.argoproj.io -n NAMESPACE NAME), "
            f"then do this again; or leave what they deployed where it is:\n{commands(left)}"
        )


def bound(cluster: Cluster) -> list[dict[str, Any]]:
    """Return the metadata of the Applications that only the controller can let go."""
    found = (o["metadata"] for o in cluster.metadata(f"{API}/applications"))
    order = sorted(found, key=lambda m: (m["namespace"], m["name"]))
    return [m for m in order if any("argocd.argoproj.io" in f for f in m.get("finalizers", ()))]


def names(applications: Sequence[dict[str, Any]]) -> str:
    """Return how a reader knows Applications."""
    return ", ".join(f"{m['namespace']}/{m['name']}" for m in applications)


def commands(applications: Sequence[dict[str, Any]]) -> str:
    """Return the commands that let Applications go without what they deployed."""
    patch = """--type=merge -p '{"metadata":{"finalizers":null}}'"""
    return "\n".join(
        f"  kubectl patch applications.argoproj.io -n {m['namespace']} {m['name']} {patch}"
        for m in applications
    )


def _controller_runs(cluster: Cluster, namespace: str) -> bool:
    pods = cluster.items(f"/api/v1/namespaces/{namespace}/pods", labelSelector=CONTROLLER)
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for pod in pods
        for condition in (pod.get("status") or {}).get("conditions") or []
    )
