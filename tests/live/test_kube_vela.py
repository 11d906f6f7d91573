"""KubeVela: an Application becomes what it describes."""

from typing import Any

from tests.live.conftest import Eventually
from tests.live.manifests import oam_application
from tests.support.engine import Cluster


def test_an_application_runs_and_goes_with_what_it_made(
    cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    cluster.run("apply", "-f", "-", stdin=oam_application(namespace))

    def state() -> tuple[Any, Any]:
        (found,) = cluster.items("application.core.oam.dev", "hello", "-n", namespace)
        status = found.get("status", {})
        return status.get("status"), [s.get("healthy") for s in status.get("services", [])]

    def made() -> list[str]:
        listed = cluster.items("deployments,services,horizontalpodautoscalers", "-n", namespace)
        return sorted(item["kind"] for item in listed)

    eventually(state, ("running", [True]))
    assert made() == ["Deployment", "HorizontalPodAutoscaler", "Service"]
    # Its finalizer is vela-core's to remove.
    cluster.run("delete", "application.core.oam.dev", "hello", "-n", namespace, "--timeout=50s")
    eventually(made, [])
