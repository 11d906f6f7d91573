"""Builds: accepted by Tekton's webhooks, started by a push, and followed by a delivery."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.delivery.build_home import asking
from components.delivery.scripts import ASK_FOR_DELIVERY
from tests.live.conftest import Eventually
from tests.live.listener import Listener, entry
from tests.live.test_push_filter import EVENT
from tests.support.delivery import with_build
from tests.support.engine import Cluster
from tests.unit.components.delivery.test_build_scripts import run
from tests.unit.components.delivery.test_hostile_input import HOSTILE
from tools.live.lifecycle import Live

BUILDS, DELIVERIES = "shop-build", "shop-delivery"
COMMIT = EVENT["after"]

Runs = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def listener(cluster: Cluster, live: Live) -> Listener:
    """Return the listener of the delivery with a build."""
    return Listener(cluster, live, "shop")


@pytest.fixture
def runs(cluster: Cluster) -> Iterator[Runs]:
    """Return the runs of a namespace; they are removed before and after."""

    def remove() -> None:
        for namespace in (BUILDS, DELIVERIES):
            cluster.run("delete", "pipelineruns", "--all", "-n", namespace)

    remove()
    yield lambda namespace: cluster.items("pipelineruns", "-n", namespace)
    remove()


def ask(cluster: Cluster, listener: Listener, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the last step of a build, with the token that the stack gave it."""
    (folder / "token").write_bytes(entry(cluster, BUILDS, "build-token", "token"))
    words = {"BRANCH": "release/1.0", "SHORT_SHA": COMMIT[:7], "BUILD": "shop-build-x7f2k"}
    around = {
        "ACCESS": str(folder),
        "LISTENER_HOST": listener.host,
        "LISTENER_PORT": str(listener.port),
    }
    return run(folder, ASK_FOR_DELIVERY, **{**asking(with_build()), **around, **words})


def test_tekton_has_accepted_what_the_stack_registered(cluster: Cluster) -> None:
    assert set(cluster.uids("tasks", "-n", BUILDS)) == {"shop-build-check", "shop-build-deliver"}
    assert set(cluster.uids("pipelines", "-n", BUILDS)) == {"shop-build"}
    assert set(cluster.uids("triggertemplates", "-n", DELIVERIES)) == {"shop-push", "shop-built"}


STAND_INS = {
    "git-clone": (["url", "revision"], ["output"], []),
    "builder": (["IMAGE"], ["source"], ["IMAGE_DIGEST"]),
}
"""Parameters, workspaces and results of tasks as the catalogue's."""


def stand_in(name: str) -> dict[str, Any]:
    """Return a task in place of the one in the bundle, with what the pipeline makes use of."""
    parameters, workspaces, results = STAND_INS[name]
    return {
        "apiVersion": "tekton.dev/v1",
        "kind": "Task",
        "metadata": {"name": name},
        "spec": {
            "params": [{"name": n} for n in parameters],
            "workspaces": [{"name": n} for n in workspaces],
            "results": [{"name": n} for n in results],
            "steps": [{"name": "work", "image": "example.org/shell:1", "script": "true"}],
        },
    }


def requested(cluster: Cluster) -> dict[str, tuple[str, str]]:
    """Return what is asked of the bundle resolver: task -> bundle, and the request's name."""
    found = {}
    for request in cluster.items("resolutionrequests.resolution.tekton.dev", "-n", BUILDS):
        wanted = {p["name"]: p["value"] for p in request["spec"]["params"]}
        assert request["metadata"]["labels"]["resolution.tekton.dev/type"] == "bundles"
        found[wanted["name"]] = (wanted["bundle"], request["metadata"]["name"])
    return found


def answer(cluster: Cluster, request: str, task: dict[str, Any]) -> None:
    """Answer in the resolver's place, which reaches no registry here."""
    status = {
        "data": base64.b64encode(json.dumps(task).encode()).decode(),
        "refSource": None,
        "source": None,
        "conditions": [
            {"type": "Succeeded", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
        ],
    }
    words = ("--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))
    cluster.run("patch", "resolutionrequests.resolution.tekton.dev", request, "-n", BUILDS, *words)


def test_a_push_starts_a_build_whose_tasks_come_from_bundles(
    cluster: Cluster, listener: Listener, runs: Runs, eventually: Eventually
) -> None:
    listener.push(EVENT)
    eventually(lambda: len(runs(BUILDS)), 1, 20)

    (started,) = runs(BUILDS)
    given = {p["name"]: p["value"] for p in started["spec"]["params"]}
    assert given == {"branch": "main", "commit": COMMIT}
    assert runs(DELIVERIES) == []
    bundles = {
        "git-clone": "ghcr.io/tektoncd-catalog/git-clone/bundle:v1.7.0",
        "builder": "ghcr.io/tektoncd-catalog/no-builder/bundle:v1.0.0",
    }
    for task, bundle in bundles.items():
        eventually(lambda name=task: name in requested(cluster), True, 20)
        found, request = requested(cluster)[task]
        assert found == bundle
        answer(cluster, request, stand_in(task))

    # Tekton has taken the tasks together with the pipeline: it works on the first one.
    def of() -> set[str | None]:
        label = f"tekton.dev/pipelineRun={started['metadata']['name']}"
        found = cluster.items("pods", "-n", BUILDS, "-l", label)
        return {pod["metadata"]["labels"].get("tekton.dev/pipelineTask") for pod in found}

    # Without a name: the pod that keeps those with the volume on one node.
    eventually(lambda: "check" in of(), True, 30)


def test_a_finished_build_starts_the_delivery_of_what_it_has_built(
    cluster: Cluster, listener: Listener, runs: Runs, eventually: Eventually, tmp_path: Path
) -> None:
    done = ask(cluster, listener, tmp_path)
    assert done.returncode == 0, done.stderr
    eventually(lambda: len(runs(DELIVERIES)), 1, 20)

    (delivery,) = runs(DELIVERIES)
    given = {p["name"]: p["value"] for p in delivery["spec"]["params"]}
    assert given == {"branch": "release/1.0", "short_sha": COMMIT[:7]}
    assert delivery["metadata"]["labels"]["gitops-bootstrap/build"] == "shop-build-x7f2k"
    assert delivery["spec"]["pipelineRef"]["name"] == "shop-pipeline"
    assert runs(BUILDS) == []


WORDS = {"branch": "main", "short_sha": COMMIT[:7], "build": "b"}


@pytest.mark.parametrize("headers", [{}, {"X-Build-Token": "wrong"}], ids=["none", "wrong"])
def test_without_the_token_of_builds_nothing_is_delivered(
    listener: Listener, runs: Runs, eventually: Eventually, headers: dict[str, str]
) -> None:
    before = len(listener.refusals())
    listener.post(WORDS, headers)

    # One of the trigger for pushes, and one of this.
    eventually(lambda: len(listener.refusals()), before + 2, 20)
    assert runs(DELIVERIES) == []


@pytest.mark.parametrize("value", ["command", "option", "second line", "quote", "of Tekton"])
def test_with_it_a_build_can_say_nothing_but_a_commit(
    cluster: Cluster, listener: Listener, runs: Runs, eventually: Eventually, value: str
) -> None:
    """The listener's own check: the step would not have sent these."""
    before = len(listener.refusals())
    token = entry(cluster, BUILDS, "build-token", "token").decode()
    for name in WORDS:
        listener.post({**WORDS, name: HOSTILE[value]}, {"X-Build-Token": token})

    eventually(lambda: len(listener.refusals()), before + 2 * len(WORDS), 30)
    assert runs(DELIVERIES) == []


def may(cluster: Cluster, account: str, verb: str, what: str, namespace: str) -> bool:
    words = ("auth", "can-i", verb, what, "-n", namespace)
    try:
        return cluster.run(*words, f"--as=system:serviceaccount:{account}").strip() == "yes"
    except subprocess.CalledProcessError as answer:
        if answer.stdout.strip() == "no":
            return False
        raise


def test_the_listener_may_start_builds_and_read_nothing_of_them(cluster: Cluster) -> None:
    """The listeners of the tests run as their accounts, so what they could do they may do."""
    listener, build = (f"{DELIVERIES}:shop-push", f"{BUILDS}:shop-build")

    assert may(cluster, listener, "create", "pipelineruns.tekton.dev", BUILDS)
    for account in (listener, build):
        assert not may(cluster, account, "get", "secrets", BUILDS)
        assert not may(cluster, account, "get", "secrets", DELIVERIES)
        assert not may(cluster, account, "create", "pods", BUILDS)
        assert not may(cluster, account, "impersonate", "serviceaccounts", DELIVERIES)
    assert not may(cluster, build, "create", "pipelineruns.tekton.dev", DELIVERIES)
