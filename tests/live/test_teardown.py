"""`destroy` and `up` while the operators run: nothing left, hanging or refused."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.live.conftest import Eventually
from tests.live.manifests import clone_set_application
from tests.support.engine import Cluster
from tools.live import lifecycle, stack
from tools.live.lifecycle import Live

CLUSTER_KINDS = (
    "namespaces,crds,clusterroles,clusterrolebindings,"
    "mutatingwebhookconfigurations,validatingwebhookconfigurations"
)
OURS = ("argo", "build", "delivery", "kruise", "oam.dev", "tekton", "vela")
MANAGER = "control-plane=controller-manager"
DESTROY_SECONDS = UP_SECONDS = 170
"""Less than the stack's timeout for one object: what waits for a webhook that is gone takes that.
"""
PODS_SECONDS = 5
"""How long after its CRDs the pods of Argo CD are made at the latest if they wait for nothing."""


def ours(cluster: Cluster) -> set[str]:
    """Return the names of cluster-scoped objects that belong to the stack."""
    return {n for n in cluster.uids(CLUSTER_KINDS) if any(word in n for word in OURS)}


def early_pods(cluster: Cluster) -> list[str]:
    """Return the pods of Argo CD that were made before Kruise's manager was ready."""
    (manager,) = cluster.items("pods", "-n", "kruise-system", "-l", MANAGER)
    since = [
        c["lastTransitionTime"] for c in manager["status"]["conditions"] if c["type"] == "Ready"
    ]
    pods = cluster.items("pods", "-n", "argocd")
    assert len(pods) == 7
    return [p["metadata"]["name"] for p in pods if [p["metadata"]["creationTimestamp"]] < since]


def refused_pods(cluster: Cluster) -> list[str]:
    """Return what the cluster says of pods that could not be created."""
    events = cluster.items("events", "-A", "--field-selector=reason=FailedCreate")
    return [event["message"] for event in events if event["metadata"]["namespace"] == "argocd"]


@contextmanager
def late_manager(live: Live, cluster: Cluster) -> Iterator[None]:
    """Keep Kruise's manager from starting until pods that do not wait for it would have been made.

    Without this it is ready before Argo CD's CRDs are, and any order would do.
    """
    hold = live.paths.hold("kruise-manager")
    hold.parent.mkdir(exist_ok=True)
    hold.touch()
    ended = Event()

    def watch() -> None:
        before = {"applicationsets.argoproj.io", "kruise-validating-webhook-configuration"}
        while not before <= ours(cluster) and not ended.wait(0.5):
            pass
        ended.wait(PODS_SECONDS)
        hold.unlink()

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def test_destroy_leaves_nothing_and_up_has_no_pod_refused(
    live: Live, cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    assert ours(cluster)
    # Its finalizer is vela-core's, and Kruise refuses to go while its CloneSet is there.
    cluster.run("apply", "-f", "-", stdin=clone_set_application(namespace))
    eventually(lambda: len(cluster.items("clonesets", "-n", namespace)), 1)
    started = time.monotonic()
    stack.run(live.paths, "destroy", print)
    assert time.monotonic() - started < DESTROY_SECONDS
    assert not ours(cluster)
    assert cluster.items("pods,services", "-n", namespace) == []
    # The operators have ended with their workloads.
    eventually(lambda: [n for n, r in lifecycle.status(live.paths.root).items() if r.alive], [
        "supervisor",
    ])  # fmt: skip

    started = time.monotonic()
    with late_manager(live, cluster):
        stack.run(live.paths, "up", print)
    assert time.monotonic() - started < UP_SECONDS
    # Kruise's webhooks intercept every pod and its manager answered before the first one.
    assert not early_pods(cluster)
    assert not refused_pods(cluster)
    lifecycle.wait(live, print)
