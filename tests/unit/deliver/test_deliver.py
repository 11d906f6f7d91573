"""A delivery is started from the stack's outputs and followed until Tekton has a verdict."""

import json
from typing import Any

import pytest

from components.delivery import build, built
from components.delivery.component import COMMIT, SHA
from components.delivery.pipeline import run
from errors import ConfigError
from tests.support.delivery import delivery_args, with_build
from tools.deliver.follow import (
    BUILD_LABEL,
    Kubectl,
    NothingHappensError,
    create,
    follow,
    started_by,
)
from tools.deliver.manifest import build_of, results, run_of, verdict

OUTPUTS = {"delivery": {"helloworld": {"run": run(delivery_args(), "main", SHA)}}}
WHOLE = "d92ae174bb0b0d5d4ba1fc28a7e9e2c1a3c5d7e9"
BUILT: dict[str, Any] = {
    "delivery": {
        "helloworld": {
            **OUTPUTS["delivery"]["helloworld"],
            "build": build.run(with_build(), with_build()["build"], "main", COMMIT),
        }
    }
}


def condition(status: str, message: str = "") -> dict[str, Any]:
    said = {"type": "Succeeded", "status": status, "reason": "Reason", "message": message}
    return {"status": {"conditions": [said]}}


class Recorded(Kubectl):
    """Answers as a cluster would, one state after the other."""

    def __init__(self, *states: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
        super().__init__(["kubectl"])
        self.states = list(states)
        self.created: dict[str, Any] = {}
        self.streamed: list[tuple[str, ...]] = []

    def get(self, *arguments: str) -> dict[str, Any]:
        if arguments[0] == "pipelinerun":
            self.now = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            return self.now[0]
        return {"items": self.now[1]}

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        assert arguments[0] == "create"
        self.created = json.loads(stdin or "")
        return json.dumps({"metadata": {"name": "helloworld-pipeline-x7f2k"}})

    def stream(self, *arguments: str) -> bool:
        self.streamed.append(arguments)
        return True


def pod(*begun: str) -> dict[str, Any]:
    names = ("step-set-image", "step-sync", "step-wait")
    return {
        "metadata": {"name": "pod"},
        "spec": {"containers": [{"name": n} for n in (*names, "sidecar")]},
        "status": {"containerStatuses": [{"name": n, "state": {"running": {}}} for n in begun]},
    }


def test_the_run_of_the_stack_gets_commit_and_branch() -> None:
    made = run_of(OUTPUTS, "helloworld", "d92ae174b", "release")

    assert made["spec"]["params"] == [
        {"name": "branch", "value": "release"},
        {"name": "short_sha", "value": "d92ae174b"},
    ]
    assert SHA in json.dumps(OUTPUTS)


def test_the_branch_is_the_stacks_unless_one_is_named() -> None:
    made = run_of(OUTPUTS, "helloworld", "d92ae174b", None)

    assert made["spec"]["params"][0] == {"name": "branch", "value": "main"}


@pytest.mark.parametrize(
    "application, sha, said",
    [
        ("other", "d92ae174b", "it delivers: helloworld"),
        ("helloworld", "HEAD", "git rev-parse"),
        ("helloworld", "--upsert", "git rev-parse"),
    ],
)
def test_what_cannot_be_delivered_is_refused(application: str, sha: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        run_of(OUTPUTS, application, sha, None)


def test_a_stack_without_deliveries_says_so() -> None:
    with pytest.raises(ConfigError, match="it delivers: none"):
        run_of({}, "helloworld", "d92ae174b", None)


def test_the_build_of_the_stack_gets_the_whole_commit() -> None:
    made = build_of(BUILT, "helloworld", WHOLE, "release")

    assert made["metadata"]["generateName"] == "helloworld-build-"
    assert made["spec"]["params"] == [
        {"name": "branch", "value": "release"},
        {"name": "commit", "value": WHOLE},
    ]
    assert COMMIT in json.dumps(BUILT)


@pytest.mark.parametrize(
    "outputs, application, commit, said",
    [
        (OUTPUTS, "helloworld", WHOLE, "delivery.applications.helloworld.build"),
        (BUILT, "other", WHOLE, "it delivers: helloworld"),
        (BUILT, "helloworld", WHOLE[:9], "git rev-parse HEAD"),
        (BUILT, "helloworld", "--upsert", "git rev-parse HEAD"),
    ],
)
def test_what_cannot_be_built_is_refused(
    outputs: dict[str, Any], application: str, commit: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        build_of(outputs, application, commit, None)


class Started(Kubectl):
    """Has runs of a delivery from the second question on."""

    def __init__(self, *runs: str) -> None:
        super().__init__(["kubectl"])
        self.runs = [{"metadata": {"name": name}} for name in runs]
        self.asked: list[tuple[str, ...]] = []

    def get(self, *arguments: str) -> dict[str, Any]:
        self.asked.append(arguments)
        return {"items": self.runs if len(self.asked) > 1 else []}


def test_the_delivery_of_a_build_is_found_by_its_label() -> None:
    kubectl = Started("helloworld-pipeline-1")

    assert started_by(kubectl, "home", "b-1", pause=0) == "helloworld-pipeline-1"
    selector = f"--selector={BUILD_LABEL}=b-1"
    assert kubectl.asked == [("pipelineruns", "--namespace=home", selector)] * 2
    assert BUILD_LABEL == built.BUILD_LABEL


def test_a_build_that_starts_no_delivery_is_told() -> None:
    with pytest.raises(NothingHappensError, match="the image is there, and b-1 has started no"):
        started_by(Started(), "home", "b-1", pause=0, patience=0)


@pytest.mark.parametrize(
    "state, expected",
    [
        ({}, None),
        (condition("Unknown"), None),
        (condition("True", "done"), (True, "done")),
        (condition("False", "failed"), (False, "failed")),
    ],
)
def test_a_run_is_over_when_tekton_says_so(state: dict[str, Any], expected: object) -> None:
    assert verdict(state) == expected


def test_each_log_is_printed_once_and_in_order() -> None:
    kubectl = Recorded(
        ({}, []),
        (condition("Unknown"), [pod("step-set-image")]),
        (condition("Unknown"), [pod("step-set-image", "step-sync")]),
        (condition("True"), [pod("step-set-image", "step-sync", "step-wait", "sidecar")]),
    )
    said: list[str] = []
    ended = follow(kubectl, "home", "x", said.append, pause=0)

    assert verdict(ended) == (True, "")
    assert said == ["--- set-image", "--- sync", "--- wait"]
    assert [words[-1] for words in kubectl.streamed] == [
        "--container=step-set-image",
        "--container=step-sync",
        "--container=step-wait",
    ]


def test_a_run_that_nobody_works_on_is_told() -> None:
    with pytest.raises(NothingHappensError, match="describe pipelinerun x --namespace home"):
        follow(Recorded(({}, [])), "home", "x", print, pause=0, patience=0)


def test_a_run_is_created_under_a_name_that_the_server_makes() -> None:
    kubectl = Recorded(({}, []))
    name = create(kubectl, run_of(OUTPUTS, "helloworld", "d92ae174b", None))

    assert name == "helloworld-pipeline-x7f2k"
    assert "name" not in kubectl.created["metadata"]


def test_the_results_are_those_of_the_pipeline() -> None:
    state = {"status": {"results": [{"name": "health", "value": "Healthy"}]}}

    assert results(state) == {"health": "Healthy"}
