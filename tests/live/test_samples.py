"""The samples as a stack declares them: deployed, updated in place, held, and away again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.conftest import ArgoCd, Eventually, Repository
from tests.live.test_argo_cd import state
from tests.support.engine import Cluster
from tools.live import stack
from tools.live.lifecycle import Live

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMESPACE = "apps-helloworld"
VALUES = "samples/charts/helloworld/values.yaml"
LABEL = "app.kubernetes.io/instance=helloworld"
OTHERS = "apps-testapp"


@pytest.fixture
def declared(live: Live, cluster: Cluster, repository: Repository) -> Iterator[Repository]:
    """Have the stack declare the samples of a repository; they go as they came: by an `up`."""
    for file in sorted(path for path in SAMPLES.rglob("*") if path.is_file()):
        repository.commit(f"samples/{file.relative_to(SAMPLES)}", file.read_text())
    samples = {"repository": repository.url}
    stack.run(live.paths, "up", print, {"applications": {"samples": samples}})
    yield repository
    # Argo CD removes what it deployed before `up` returns: that is what is waited for.
    stack.run(live.paths, "up", print)
    assert (
        cluster.uids("applications.argoproj.io", "-n", "argocd")
        .keys()
        .isdisjoint({"helloworld", "testapp"})
    )
    assert cluster.items("clonesets,services", "-n", NAMESPACE) == []
    assert cluster.items("applications.core.oam.dev,deployments", "-n", OTHERS) == []
    # Nothing that Argo CD makes is a namespace's end: it leaves the one that it was told to make.
    cluster.run("delete", "namespace", NAMESPACE, OTHERS, "--wait=false")


def images(cluster: Cluster) -> list[str]:
    """Return the image of each pod that serves."""
    pods = cluster.items("pods", "-n", NAMESPACE, "-l", LABEL)
    return sorted(
        pod["status"]["containerStatuses"][0]["image"].rpartition(":")[2]
        for pod in pods
        if any(
            c["type"] == "Ready" and c["status"] == "True"
            for c in pod.get("status", {}).get("conditions", [])
        )
    )


def change(repository: Repository, argocd: ArgoCd, **values: str) -> None:
    """Commit other values of the chart, and have Argo CD look."""
    content = (repository.folder / VALUES).read_text()
    for key, value in values.items():
        content, found = re.subn(rf"(?m)^( *{key}:) .*$", rf"\1 {value}", content)
        assert found == 1, key
    repository.commit(VALUES, content)
    argocd.run("app", "get", "helloworld", "--refresh")


def test_the_chart_is_healthy_changed_in_place_held_and_released(
    declared: Repository, cluster: Cluster, argocd: ArgoCd, eventually: Eventually
) -> None:
    eventually(lambda: state(cluster, "helloworld"), ("Synced", "Healthy"), 120)
    eventually(lambda: images(cluster), ["6.9.2"] * 2)
    before = cluster.uids("pods", "-n", NAMESPACE)

    change(declared, argocd, tag="6.9.3", partition="1")
    eventually(lambda: images(cluster), ["6.9.2", "6.9.3"])
    # Held is as it should be: the wait of a pipeline ends.
    eventually(lambda: state(cluster, "helloworld"), ("Synced", "Healthy"))

    change(declared, argocd, partition="0")
    eventually(lambda: images(cluster), ["6.9.3"] * 2)
    eventually(lambda: state(cluster, "helloworld"), ("Synced", "Healthy"))
    assert cluster.uids("pods", "-n", NAMESPACE) == before
    (service,) = cluster.items("service", "helloworld", "-n", NAMESPACE)
    assert service["spec"]["ports"][0]["targetPort"] == "http"

    # The other sample came with it, through the plugin.
    eventually(lambda: state(cluster, "testapp")[0], "Synced")
    assert [o["metadata"]["name"] for o in cluster.items("deployments", "-n", OTHERS)] == [
        "express-server"
    ]
