"""One operator over time, with a cluster that is a dictionary and a program that sleeps."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from tools.live import process
from tools.live.operators import Operator
from tools.live.paths import Paths
from tools.live.plan import Plan
from tools.live.questions import Around
from tools.live.runner import READY, Runner

if TYPE_CHECKING:
    from tools.live.api import Api

PROGRAM = """#!/bin/sh
echo "$0 $@ WORD=$WORD GONE=$GONE KUBECONFIG=$KUBECONFIG"
sleep 60 &
trap 'kill $!' TERM
wait
"""


@dataclass
class FakeApi:
    """What the runner asks of the API server."""

    ready: bool = False
    config: dict[str, str] = field(default_factory=dict)
    annotated: list[str] = field(default_factory=list)

    def get(self, path: str) -> dict[str, Any] | None:
        return {} if path != "/missing" else None

    def entries(self, *_: str) -> dict[str, str]:
        return self.config

    def items(self, _: str) -> list[dict[str, Any]]:
        return [{"metadata": {"name": "pod", "uid": "1"}}]

    def annotate(self, path: str, annotations: dict[str, str]) -> bool:
        assert annotations == READY
        self.annotated.append(path)
        return True


class Asked:
    """The question, answered by the fake."""

    def answered(self, around: Around) -> bool:
        assert around.ports
        return cast("FakeApi", around.api).ready


OPERATOR = Operator(
    name="one",
    binary="one",
    namespace="space",
    workload="one",
    container="c",
    ports=("one_port",),
    flags=("--port={one_port}",),
    environment={"GONE": None},
    ready=Asked(),
)


def workload(*args: str) -> dict[str, Any]:
    reference = {"configMapKeyRef": {"name": "words", "key": "word"}}
    env = [{"name": "WORD", "valueFrom": reference}, {"name": "GONE", "value": "x"}]
    container = {"name": "c", "command": ["/one"], "args": list(args), "env": env}
    return {
        "metadata": {"name": "one"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "one"}},
            "template": {"spec": {"containers": [container]}},
        },
    }


@dataclass
class Stage:
    """A runner with its fake cluster."""

    runner: Runner
    api: FakeApi
    paths: Paths

    def step(self, found: dict[str, Any] | None) -> process.Record | None:
        self.runner.step(found, cast("Api", self.api))
        return process.records(self.paths.processes).get("one")

    def until_running(self, found: dict[str, Any] | None, restarts: int = 0) -> process.Record:
        record = self._until(found, lambda r: bool(r and r.alive and r.restarts == restarts))
        return cast("process.Record", record)

    def until_ended(self, found: dict[str, Any] | None) -> None:
        self._until(found, lambda r: r is None or not r.pid)

    def _until(self, found: dict[str, Any] | None, so: Any) -> Any:
        deadline = time.monotonic() + 10
        while not so(record := self.step(found)):
            assert time.monotonic() < deadline, record
            time.sleep(0.02)
        return record

    @property
    def log(self) -> str:
        deadline = time.monotonic() + 10
        file = self.paths.logs / "one.log"
        while not (text := file.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return text


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("tools.live.runner._BACKOFF_SECONDS", 0.05)
    paths = Paths.of(tmp_path)
    program = tmp_path / "one"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    plan = Plan({"one": str(program)}, {"one_port": 21_000})
    found = Stage(Runner(OPERATOR, paths, plan), FakeApi(config={"word": "hello"}), paths)
    yield found
    found.runner.end()


SIDECAR = replace(OPERATOR, sidecar=True, flags=("--config={files}/etc/one",))


def with_volumes(*, sidecar: bool = True) -> dict[str, Any]:
    found = workload("--at=/etc/one/word")
    spec = found["spec"]["template"]["spec"]
    spec["volumes"] = [{"name": "words", "configMap": {"name": "words"}}]
    spec["containers"][0] |= {
        "name": "c" if sidecar else "other",
        "volumeMounts": [{"name": "words", "mountPath": "/etc/one"}],
    }
    return found


def test_a_sidecar_runs_on_the_files_of_its_volumes_and_without_a_kubeconfig(stage: Stage) -> None:
    stage.runner.operator = SIDECAR
    stage.api.config = {"word": "see /etc/one/word"}
    stage.until_running(with_volumes())
    files = stage.paths.files("one")
    assert f"one --at={files}/etc/one/word --config={files}/etc/one " in stage.log
    assert (files / "etc/one/word").read_text() == f"see {files}/etc/one/word"
    assert "KUBECONFIG=\n" in stage.log


def test_a_sidecar_does_not_run_where_nobody_has_added_it(stage: Stage) -> None:
    stage.runner.operator = SIDECAR
    assert stage.step(with_volumes(sidecar=False)) is None
    stage.until_running(with_volumes())
    stage.until_ended(with_volumes(sidecar=False))


def test_the_pods_do_not_wait_for_a_sidecar(stage: Stage) -> None:
    stage.runner.operator = SIDECAR
    stage.api.ready = True
    stage.until_running(with_volumes())
    deadline = time.monotonic() + 10
    while not (found := stage.step(with_volumes())) or not found.ready:
        assert time.monotonic() < deadline
    stage.step(with_volumes())
    assert stage.api.annotated == []


def test_it_starts_with_the_containers_own_arguments_and_environment(stage: Stage) -> None:
    stage.until_running(workload("--level=3"))
    assert "one --level=3 --port=21000 WORD=hello GONE= KUBECONFIG=" in stage.log


def test_it_waits_for_what_its_container_refers_to(stage: Stage) -> None:
    stage.api.config = {}
    assert stage.step(workload()) is None
    stage.api.config = {"word": "now"}
    stage.until_running(workload())


def test_its_pods_are_ready_when_it_is(stage: Stage) -> None:
    assert not stage.until_running(workload()).ready
    assert not stage.api.annotated
    stage.api.ready = True
    record = stage.step(workload())
    assert record
    assert record.ready
    stage.step(workload())
    assert stage.api.annotated == ["/api/v1/namespaces/space/pods/pod"]


@pytest.mark.parametrize(
    "status, marked",
    [
        ({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, 0),
        ({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1}, 1),
        # The old pod is ready, the new one waits: an update that is rolled out pod by pod.
        ({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 1}, 1),
        ({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, 1),
    ],
    ids=["rolled out", "not ready", "two revisions", "not seen yet"],
)
def test_pods_are_marked_until_the_workload_is_rolled_out(
    stage: Stage, status: dict[str, int], marked: int
) -> None:
    stage.api.ready = True
    found = {**workload(), "metadata": {"name": "one", "generation": 2}, "status": status}
    stage.until_running(found)
    stage.step(found)
    assert len(stage.api.annotated) == marked


def test_it_is_started_again_when_it_ends_by_itself(stage: Stage) -> None:
    record = stage.until_running(workload())
    os.kill(record.pid, 9)
    again = stage.until_running(workload(), restarts=1)
    assert again.pid != record.pid


def test_a_changed_template_restarts_it_and_a_changed_status_does_not(stage: Stage) -> None:
    before = stage.until_running(workload("--a"))
    same = {**workload("--a"), "status": {"readyReplicas": 1}}
    after = stage.step(same)
    assert after
    assert after.pid == before.pid
    stage.until_ended(workload("--b"))
    assert not before.alive
    assert stage.until_running(workload("--b")).restarts == 0


def test_it_can_be_held(stage: Stage) -> None:
    hold = stage.paths.hold("one")
    hold.parent.mkdir(parents=True)
    hold.touch()
    assert stage.step(workload()) is None
    hold.unlink()
    stage.until_running(workload())


def test_it_ends_with_its_workload(stage: Stage) -> None:
    record = stage.until_running(workload())
    stage.until_ended(None)
    assert not record.alive
    assert json.loads((stage.paths.processes / "one.json").read_text())["pid"] == 0
