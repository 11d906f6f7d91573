"""KubeVela: an Application becomes what it describes, and goes with it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.conftest import Eventually, Repository
from tests.live.manifests import argo_application, clone_set_application, oam_application
from tests.support.engine import Cluster

KIND = "application.core.oam.dev"
NEW = "example.org/hello:2"


class Applied:
    """The Application `hello` of a namespace."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cluster = cluster
        self.namespace = namespace

    def apply(self, manifest: str) -> None:
        """Write it."""
        self.cluster.run("apply", "-f", "-", stdin=manifest)

    def change(self, **properties: Any) -> None:
        """Set properties of its component."""
        path = "/spec/components/0/properties"
        patches = [
            {"op": "add", "path": f"{path}/{key}", "value": value}
            for key, value in properties.items()
        ]
        where = (KIND, "hello", "-n", self.namespace, "--type=json", "-p")
        self.cluster.run("patch", *where, json.dumps(patches))

    def state(self) -> tuple[Any, list[Any]]:
        """Return its phase, and whether its services are healthy."""
        (found,) = self.cluster.items(KIND, "hello", "-n", self.namespace)
        status = found.get("status", {})
        return status.get("status"), [s.get("healthy") for s in status.get("services", [])]

    def message(self) -> Any:
        """Return what the definition says of the one component."""
        (found,) = self.cluster.items(KIND, "hello", "-n", self.namespace)
        return [s.get("message") for s in found.get("status", {}).get("services", [])]

    def made(self) -> list[str]:
        """Return the kinds of what was made of it."""
        kinds = "deployments,services,horizontalpodautoscalers,clonesets"
        return sorted(o["kind"] for o in self.cluster.items(kinds, "-n", self.namespace))

    def images(self) -> list[str]:
        """Return the images that its ready pods run."""
        pods = self.cluster.items("pods", "-n", self.namespace)
        ready = [p for p in pods if {"type": "Ready", "status": "True"} in map(_pair, _of(p))]
        return sorted(p["status"]["containerStatuses"][0]["image"] for p in ready)

    def delete(self) -> None:
        """Delete it: its finalizer is vela-core's to remove."""
        where = (KIND, "hello", "-n", self.namespace, "--ignore-not-found", "--timeout=50s")
        self.cluster.run("delete", *where)


def _of(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return list(pod.get("status", {}).get("conditions", []))


def _pair(condition: dict[str, Any]) -> dict[str, Any]:
    return {key: condition[key] for key in ("type", "status")}


@pytest.fixture
def hello(cluster: Cluster, namespace: str) -> Iterator[Applied]:
    applied = Applied(cluster, namespace)
    yield applied
    applied.delete()


def test_an_application_runs_and_goes_with_what_it_made(
    hello: Applied, namespace: str, eventually: Eventually
) -> None:
    hello.apply(oam_application(namespace))

    eventually(hello.state, ("running", [True]))
    assert hello.made() == ["Deployment", "HorizontalPodAutoscaler", "Service"]
    hello.delete()
    eventually(hello.made, [])


def test_a_component_of_type_cloneset_becomes_a_cloneset_with_its_service(
    hello: Applied, cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    hello.apply(clone_set_application(namespace))

    eventually(hello.state, ("running", [True]))
    assert hello.made() == ["CloneSet", "Service"]
    assert hello.message() == ["2/2 ready, 2/2 updated"]
    (made,) = cluster.items("cloneset", "-n", namespace)
    assert made["spec"]["updateStrategy"]["type"] == "InPlaceIfPossible"
    assert made["status"]["readyReplicas"] == 2


def test_a_new_image_is_put_into_the_pods_in_place_and_held_at_the_partition(
    hello: Applied, cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    hello.apply(clone_set_application(namespace))
    eventually(hello.images, ["example.org/hello:1"] * 2)
    before = cluster.uids("pods", "-n", namespace)

    hello.change(image=NEW, partition="50%")

    eventually(hello.images, ["example.org/hello:1", NEW])
    eventually(hello.message, ["2/2 ready, 1/2 updated, partition 50%"])
    eventually(hello.state, ("running", [True]))
    hello.change(partition=0)
    eventually(hello.images, [NEW, NEW])
    assert cluster.uids("pods", "-n", namespace) == before


def test_a_component_whose_update_does_not_come_through_is_not_healthy(
    hello: Applied, namespace: str, eventually: Eventually
) -> None:
    """The counterpart: healthy above is the verdict of the definition, not its absence."""
    hello.apply(clone_set_application(namespace))
    eventually(hello.state, ("running", [True]))

    hello.change(image=NEW, paused=True)

    eventually(hello.message, ["2/2 ready, 0/2 updated, paused"])
    _, healthy = hello.state()
    assert healthy == [False]


# From Git, through Argo CD


def verdict(cluster: Cluster, name: str) -> tuple[Any, Any]:
    """Return an Argo CD application's sync status and health."""
    (application,) = cluster.items("application.argoproj.io", name, "-n", "argocd")
    status = application.get("status", {})
    return status.get("sync", {}).get("status"), status.get("health", {}).get("status")


@pytest.fixture
def from_git(cluster: Cluster, namespace: str, repository: Repository) -> Iterator[Repository]:
    """Return a repository that Argo CD deploys into the namespace."""
    repository.commit("README.md", "an Application comes here")
    cluster.run("apply", "-f", "-", stdin=argo_application(namespace, namespace, repository.url))
    yield repository
    cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd", "--timeout=50s")


def refresh(cluster: Cluster, name: str) -> None:
    """Have Argo CD look at Git and at the cluster now."""
    now = "argocd.argoproj.io/refresh=hard"
    where = ("application.argoproj.io", name, "-n", "argocd", "--overwrite")
    cluster.run("annotate", *where, now)


def test_an_application_from_git_is_healthy_when_its_pods_are_and_keeps_what_it_made(
    from_git: Repository, cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    from_git.commit("app.json", clone_set_application(namespace))
    refresh(cluster, namespace)
    eventually(lambda: verdict(cluster, namespace), ("Synced", "Healthy"))
    (found,) = cluster.items(KIND, "hello", "-n", namespace)
    assert found["status"]["status"] == "running"
    made = cluster.uids("clonesets,services", "-n", namespace)
    assert len(made) == 1  # one name, two kinds

    # vela-core copies Argo CD's mark to what it makes; by label it would now be pruned.
    refresh(cluster, namespace)
    in_question = "application.argoproj.io", namespace, "-n", "argocd"
    eventually(lambda: "refresh" in str(cluster.items(*in_question)[0]["metadata"]), False)
    assert verdict(cluster, namespace) == ("Synced", "Healthy")
    assert cluster.uids("clonesets,services", "-n", namespace) == made


def test_an_application_that_vela_core_cannot_render_is_degraded(
    from_git: Repository, cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    wrong = json.loads(clone_set_application(namespace))
    wrong["spec"]["components"][0]["type"] = "nothing-like-it"
    from_git.commit("app.json", json.dumps(wrong))
    refresh(cluster, namespace)

    eventually(lambda: verdict(cluster, namespace), ("Synced", "Degraded"))
