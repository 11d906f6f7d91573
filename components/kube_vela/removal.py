"""Applications must be gone before vela-core is.

An Application carries a finalizer that only vela-core takes away, after it has removed what it made
for it. Once vela-core is gone, deleting an Application, its kind or its namespace hangs for ever.
"""

import time
from collections.abc import Callable

from components.shared.definitions.chart import NAMESPACE as VELA_NAMESPACE
from errors import TeardownError
from kube.cluster import NOT_FOUND, Cluster, Transport

API = "/apis/core.oam.dev/v1beta1"
_POLL_SECONDS = 1.0


def remove_applications(send: Transport, seconds: float, say: Callable[[str], None]) -> None:
    """Delete all Applications and wait until vela-core has finished with them.

    Raises TeardownError when some are left after `seconds`.
    """
    cluster = Cluster(send)
    deadline = time.monotonic() + seconds
    told: set[str] = set()
    while left := [found["metadata"] for found in cluster.metadata(f"{API}/applications")]:
        names = {f"{m['namespace']}/{m['name']}" for m in left}
        if new := sorted(names - told):
            say(f"vela-core removes Applications and what they made: {', '.join(new)}")
            told |= names
        # Again each time: as long as Argo CD runs it may bring one back.
        for metadata in left:
            if "deletionTimestamp" not in metadata:
                _delete(send, metadata["namespace"], metadata["name"])
        if time.monotonic() > deadline:
            raise TeardownError(
                f"after {seconds:.0f} s these Applications are left: {', '.join(sorted(names))}. "
                "Only vela-core can finish their deletion. Fix: see that it runs (kubectl get "
                f"pods -n {VELA_NAMESPACE}) and what it says (kubectl describe "
                "applications.core.oam.dev -A), then do this again"
            )
        time.sleep(_POLL_SECONDS)


def _delete(send: Transport, namespace: str, name: str) -> None:
    path = f"{API}/namespaces/{namespace}/applications/{name}"
    answer = send("DELETE", path, {"Accept": "application/json"}, None)
    if not answer.good and answer.status != NOT_FOUND:
        raise TeardownError(
            f"Application {namespace}/{name} cannot be deleted: {answer.message} "
            f"({answer.status}). Fix: give the user of the kubeconfig the right, or delete it"
        )
