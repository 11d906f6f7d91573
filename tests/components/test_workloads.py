"""What of the release runs, how often and with what; nothing else is touched."""

from collections.abc import Callable
from typing import Any

import pytest

from components.argo_cd import workloads
from components.argo_cd.workloads import COMPONENT, WorkloadArgs
from errors import ManifestError
from kube.manifests import Manifest

RESOURCES = {"requests": {"cpu": "1"}}


def labelled(kind: str, component: str, *containers: str) -> Manifest:
    manifest: dict[str, Any] = {
        "kind": kind,
        "metadata": {"name": f"argocd-{component}-{kind}", "labels": {COMPONENT: component}},
    }
    if containers:
        pod = {"containers": [{"name": name, "image": "i"} for name in containers]}
        manifest["spec"] = {"template": {"spec": pod}}
    return manifest


RELEASE = [
    labelled("Deployment", "server", "argocd-server"),
    labelled("Service", "server"),
    labelled("StatefulSet", "application-controller", "argocd-application-controller"),
    labelled("Deployment", "redis", "haproxy"),
    labelled("StatefulSet", "redis", "redis", "sentinel"),
    labelled("NetworkPolicy", "dex-server"),
    labelled("Deployment", "dex-server", "dex"),
    {"kind": "ConfigMap", "metadata": {"name": "argocd-cm"}},
]


def changed(wanted: dict[str, WorkloadArgs]) -> list[Manifest]:
    after = workloads.with_workloads(RELEASE, wanted)
    assert workloads.with_workloads(after, wanted) == after
    return [o for before, o in zip(RELEASE, after, strict=True) if o != before]


def test_replicas_and_resources_reach_the_workload_of_the_component_and_no_other() -> None:
    (server,) = changed({"server": {"replicas": 3, "resources": RESOURCES}})
    (container,) = server["spec"]["template"]["spec"]["containers"]

    assert server["spec"]["replicas"] == 3
    assert container["resources"] == RESOURCES
    assert container["env"] == [{"name": "ARGOCD_API_SERVER_REPLICAS", "value": "3"}]


def test_controllers_that_share_the_clusters_are_told_how_many_they_are() -> None:
    (controller,) = changed({"application-controller": {"replicas": 2}})
    (container,) = controller["spec"]["template"]["spec"]["containers"]

    assert container["env"] == [{"name": "ARGOCD_CONTROLLER_REPLICAS", "value": "2"}]
    assert "resources" not in container


def test_of_the_pods_of_redis_only_redis_gets_the_resources() -> None:
    (redis,) = changed({"redis": {"resources": RESOURCES}})

    containers = {c["name"]: c for c in redis["spec"]["template"]["spec"]["containers"]}
    assert containers["redis"]["resources"] == RESOURCES
    assert "resources" not in containers["sentinel"]


def test_what_is_empty_changes_nothing() -> None:
    assert changed({"server": {"resources": {"requests": {}, "limits": {}}}}) == []


def test_a_component_is_left_out_with_all_that_belongs_to_it() -> None:
    left = workloads.without_component(RELEASE, "dex-server")

    assert [o for o in RELEASE if o not in left] == [
        o for o in RELEASE if "dex-server" in o["metadata"]["name"]
    ]


def test_network_policies_can_be_left_out() -> None:
    left = workloads.without_network_policies(RELEASE)

    assert {o["kind"] for o in RELEASE} - {o["kind"] for o in left} == {"NetworkPolicy"}
    assert len(left) == len(RELEASE) - 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: workloads.with_workloads(RELEASE, {"repo-server": {"replicas": 2}}),
        lambda: workloads.without_component(RELEASE, "repo-server"),
    ],
    ids=["with", "without"],
)
def test_a_component_that_the_release_lacks_is_an_error(change: Callable[[], object]) -> None:
    with pytest.raises(ManifestError, match="no component repo-server"):
        change()
