"""What the engine calls: nothing without a cluster, and no failure where one is away."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.kube_vela import hooks as kube_vela
from components.kube_vela.hooks import hooks
from kube.cluster import Answer, Cluster, ClusterError
from kube.target import Target
from tools.render.recorder import record

Call = Callable[[str, Target], list[str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that runs a hook as the engine would, and returns what it says."""
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)

    def run(name: str, target: Target) -> list[str]:
        def program() -> None:
            hook = getattr(hooks(target, 60), name)
            arguments: Any = None
            hook(arguments)

        record(program)
        return said

    return run


def connected(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[tuple[object, ...]]:
    """Have each connection lead to one answer; return what was connected to."""
    asked: list[tuple[object, ...]] = []

    def connect(*target: object) -> Cluster:
        asked.append(target)
        return Cluster(lambda *_: answer)

    monkeypatch.setattr(kube_vela, "connect", connect)
    return asked


def test_a_newer_kubernetes_is_warned_of(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = connected(monkeypatch, Answer(200, {"gitVersion": "v1.36.3"}))
    (text,) = call("before_change", Target("/a/kubeconfig", "prod", selected=True))

    assert text.startswith("the cluster has Kubernetes v1.36.3; upstream tests KubeVela up to ")
    assert asked == [("/a/kubeconfig", "prod")]


def test_without_a_selected_cluster_none_is_asked(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None would stand for whatever context is current."""
    asked = connected(monkeypatch, Answer(200, {"gitVersion": "v1.36.3"}))

    assert call("before_change", Target(None, None, selected=False)) == []
    assert asked == []


def test_a_cluster_that_is_away_stops_no_preview(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> Cluster:
        raise ClusterError("away")

    monkeypatch.setattr(kube_vela, "connect", connect)
    assert call("before_change", Target(None, "prod", selected=True)) == []


def test_a_removal_is_bounded_and_on_the_same_cluster(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[object, ...]] = []
    monkeypatch.setattr(kube_vela, "transport", lambda *target: target)
    monkeypatch.setattr(kube_vela, "remove_applications", lambda *a: seen.append(a[:2]))
    call("before_removal", Target("/a/kubeconfig", "prod", selected=True))

    assert seen == [(("/a/kubeconfig", "prod"), 60)]
