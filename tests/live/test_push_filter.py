"""The filter of an event listener, judged by the interceptor's own evaluator."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.delivery.args import PushArgs
from components.delivery.push import PROVIDERS, event_filter, listener
from tests.support.delivery import ARTICLE, delivery_args
from tests.support.needs import uses_tools
from tests.unit.components.delivery.test_hostile_input import HOSTILE
from tools import toolchain

SHA = "d92ae174bb0b0d5d4ba1fc28a7e9e2c1a3c5d7e9"
PUSH: PushArgs = {
    "provider": "github",
    "secret": "signed-with-this",
    "branches": ["main", "release/*"],
    "sha_length": 9,
    "callers": [],
}
EVENT: dict[str, Any] = {
    "ref": "refs/heads/main",
    "after": SHA,
    "repository": {"clone_url": ARTICLE["gitrepositoryurl"], "ssh_url": "git@github.com:a/b.git"},
}
GITLAB = {"ref": "refs/heads/main", "after": SHA}
GITLAB_PROJECT = {"git_http_url": ARTICLE["gitrepositoryurl"], "git_ssh_url": "git@gitlab.com:a"}


class Evaluator:
    """Evaluates expressions over events."""

    def __init__(self, folder: Path) -> None:
        self._program = toolchain.ensure("cel-eval")["cel-eval"]
        self._folder = folder

    def __call__(self, expression: str, event: dict[str, Any]) -> str | None:
        """Return what an expression gives; None where the interceptor refuses the event."""
        body = json.dumps(event)
        length = len(body.encode())
        (self._folder / "expression").write_text(expression)
        request = f"POST / HTTP/1.1\nContent-Type: application/json\nContent-Length: {length}\n\n"
        (self._folder / "request").write_text(request + body)
        command = [str(self._program), "-e", "expression", "-r", "request"]
        done = subprocess.run(
            command, cwd=self._folder, capture_output=True, text=True, check=False
        )
        return done.stdout if done.returncode == 0 else None


@pytest.fixture
@uses_tools("cel-eval")
def evaluate(tmp_path: Path) -> Evaluator:
    """Return the evaluator of Triggers."""
    return Evaluator(tmp_path)


def passes(evaluate: Evaluator, event: dict[str, Any], provider: str = "github") -> bool:
    expression = event_filter(delivery_args(), {**PUSH, "provider": provider})
    return evaluate(expression, event) == "true"


@pytest.mark.parametrize("branch", ["main", "release/1.0", "release/next"])
def test_a_push_to_a_branch_of_the_stack_passes(evaluate: Evaluator, branch: str) -> None:
    assert passes(evaluate, {**EVENT, "ref": f"refs/heads/{branch}"})


def test_a_push_at_gitlab_passes(evaluate: Evaluator) -> None:
    assert passes(evaluate, {**GITLAB, "project": GITLAB_PROJECT}, "gitlab")


@pytest.mark.parametrize(
    "changed",
    [
        {"ref": "refs/heads/feature"},
        {"ref": "refs/heads/main2"},
        {"ref": "refs/heads/release/1/2"},
        {"ref": "refs/heads/release/" + "1" * 100},
        {"ref": "refs/tags/main"},
        {"ref": {"main": "refs/heads/main"}},
        {"ref": ["refs/heads/main"]},
        {"after": "0" * 40},
        {"after": SHA[:7]},
        {"after": SHA.upper()},
        {"after": {"a": SHA}},
        {"repository": {"clone_url": "https://github.com/evil/samples.git", "ssh_url": "x"}},
        {"repository": {}},
    ],
    ids=str,
)
def test_any_other_event_does_not_pass(evaluate: Evaluator, changed: dict[str, Any]) -> None:
    assert not passes(evaluate, {**EVENT, **changed})


@pytest.mark.parametrize("value", [v for v in HOSTILE.values() if len(v) < 1000], ids=repr)
def test_hostile_branches_do_not_pass(evaluate: Evaluator, value: str) -> None:
    anything: PushArgs = {**PUSH, "branches": ["*", "*/*"]}
    expression = event_filter(delivery_args(), anything)
    for name in (value, f"main/{value}"):
        assert evaluate(expression, {**EVENT, "ref": f"refs/heads/{name}"}) != "true", name


@pytest.mark.parametrize("provider", PROVIDERS)
def test_branch_and_commit_are_taken_from_the_event(evaluate: Evaluator, provider: str) -> None:
    made = listener(delivery_args(), {**PUSH, "provider": provider})
    (trigger,) = made["spec"]["triggers"]
    (overlays,) = [p for p in trigger["interceptors"][1]["params"] if p["name"] == "overlays"]
    event = copy.deepcopy(EVENT) | {"ref": "refs/heads/release/1.0"}
    taken = {o["key"]: evaluate(o["expression"], event) for o in overlays["value"]}

    assert taken == {"branch": "release/1.0", "short_sha": "d92ae174b"}
