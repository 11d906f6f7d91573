"""make status: what is ready, what is not and why, and what to do about it."""

from typing import Any

import pytest

from kube.cluster import Cluster
from tests.support.fake_api import FakeApi
from tests.unit.looking.builders import (
    ARGO_CD,
    DEPLOYMENTS,
    KRUISE,
    child,
    component,
    live,
    server,
)
from tools.status import APPLICATIONS, Status, status, text

STATE = [component(ARGO_CD, version="v3.5.1"), server()]


def application(sync: str = "Synced", health: str = "Healthy", **status: Any) -> dict[str, Any]:
    told = {"sync": {"status": sync}, "health": {"status": health}, **status}
    return {"metadata": {"name": "shop", "namespace": "argocd"}, "status": told}


def found(api: FakeApi, cluster: Cluster, *deployments: Any, apps: Any = ()) -> Status:
    api.has(DEPLOYMENTS, {"items": list(deployments)})
    if apps:
        api.has(APPLICATIONS, {"items": list(apps)})
    return status("dev", STATE, cluster)


def test_a_stack_that_was_never_up_is_not_ready_and_says_how_to_start(cluster: Cluster) -> None:
    empty = status("dev", [], cluster)

    assert not empty.ready
    assert text(empty) == "next: nothing is installed: make up STACK=dev"


def test_a_unit_with_all_its_pods_is_ready(api: FakeApi, cluster: Cluster) -> None:
    all_there = found(api, cluster, live(), live("other/server", ready=0))

    assert all_there.ready
    (unit,) = all_there.units
    assert (unit.name, unit.version, unit.resources) == ("argo-cd", "v3.5.1", 1)
    # The other one belongs to nobody here.
    assert [w.name for w in unit.workloads] == ["Deployment argocd/server"]
    assert "ok   Deployment argocd/server 2/2" in text(all_there)


@pytest.mark.parametrize(
    "workload, note",
    [
        pytest.param(live(ready=1), "pods are not ready", id="pods"),
        pytest.param(
            live(ready=1, conditions=[{"status": "False", "message": "timed out progressing"}]),
            "timed out progressing",
            id="in-the-words-of-its-controller",
        ),
        pytest.param(live(updatedReplicas=1), "1 of 2 pods are of the newest", id="half-updated"),
        pytest.param(live(observedGeneration=2), "has not seen the last change", id="unseen"),
    ],
)
def test_a_workload_that_is_not_ready_says_why_and_where_to_look(
    workload: dict[str, Any], note: str, api: FakeApi, cluster: Cluster
) -> None:
    lacking = found(api, cluster, workload)

    assert not lacking.ready
    assert note in lacking.units[0].workloads[0].note
    assert f"NOT  Deployment argocd/server {lacking.units[0].workloads[0].ready}/2" in text(lacking)
    assert lacking.next.startswith("kubectl -n argocd describe deployment server")


def test_a_workload_that_is_gone_is_to_be_refreshed(api: FakeApi, cluster: Cluster) -> None:
    gone = found(api, cluster)

    assert gone.next == (
        "Deployment argocd/server is gone: make refresh STACK=dev, then make up STACK=dev"
    )


def test_the_workloads_of_a_helm_release_belong_to_its_unit(api: FakeApi, cluster: Cluster) -> None:
    release = child(
        KRUISE, "kubernetes:helm.sh/v3:Release", {"namespace": "kruise-system", "name": "kruise"}
    )
    marks = {
        "meta.helm.sh/release-name": "kruise",
        "meta.helm.sh/release-namespace": "kruise-system",
    }
    other = {**marks, "meta.helm.sh/release-name": "other"}
    api.has(
        DEPLOYMENTS,
        {
            "items": [
                live("kruise-system/manager", annotations=marks),
                live("kruise-system/x", annotations=other, ready=0),
            ]
        },
    )
    daemon = {"desiredNumberScheduled": 3, "numberReady": 3, "updatedNumberScheduled": 3}
    metadata = {"name": "daemon", "namespace": "kruise-system", "annotations": marks}
    api.has("/apis/apps/v1/daemonsets", {"items": [{"metadata": metadata, "status": daemon}]})

    ready = status("dev", [component(KRUISE, version="1.8.3"), release], cluster)

    assert [w.name for w in ready.units[0].workloads] == [
        "DaemonSet kruise-system/daemon",
        "Deployment kruise-system/manager",
    ]
    assert ready.ready


@pytest.mark.parametrize(
    "app, fine",
    [
        (application(), True),
        (application(health="Suspended"), True),
        (application(sync="OutOfSync"), False),
        (application(health="Degraded"), False),
        ({"metadata": {"name": "shop", "namespace": "argocd"}}, False),
    ],
)
def test_an_application_is_fine_when_it_is_in_sync_and_well(
    app: dict[str, Any], fine: bool, api: FakeApi, cluster: Cluster
) -> None:
    seen = found(api, cluster, live(), apps=[app])

    assert seen.ready is fine
    assert ("describe applications.argoproj.io shop" in seen.next) is not fine


def test_an_application_says_what_is_the_matter(api: FakeApi, cluster: Cluster) -> None:
    broken = application("Unknown", "Unknown", conditions=[{"message": "repository not found"}])

    assert "NOT  argocd/shop Unknown Unknown  repository not found" in text(
        found(api, cluster, live(), apps=[broken])
    )
