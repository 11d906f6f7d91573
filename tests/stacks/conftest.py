"""The program, run once for each stack: no engine, no cluster, no KUBECONFIG."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pytest

from errors import ArtifactError
from tests.support.recordings import Recording
from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.recorder import record_program
from upstream import artifacts, manifests
from upstream.manifests import Manifest


@dataclass
class StackRun:
    """What a stack registered, and the objects of the releases that it was made from."""

    stack: str
    recording: Recording
    published: list[Manifest] = field(default_factory=list)


@pytest.fixture(scope="session")
def _runs() -> dict[str, StackRun | str]:
    return {}


@pytest.fixture(params=shipped_stacks())
def run(request: pytest.FixtureRequest, _runs: dict[str, StackRun | str]) -> StackRun:
    """Return the run of a shipped stack; skips where its artifacts cannot be had."""
    stack = request.param
    if stack not in _runs:
        _runs[stack] = run_of(stack)
    found = _runs[stack]
    if isinstance(found, str):
        pytest.skip(found)
    return found


def run_of(stack: str) -> StackRun | str:
    """Run the program for a stack; a text says which artifact cannot be had."""
    published: list[Manifest] = []
    lacking: list[ArtifactError] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.delenv("KUBECONFIG", raising=False)
        patch.setattr(artifacts, "fetch", _noting_errors(artifacts.fetch, lacking))
        patch.setattr(manifests, "read", _noting_results(manifests.read, published))
        try:
            recorder = record_program(ROOT, raw_config(stack), stack)
        except pulumi.RunError:
            reasons = [str(error).partition("\n")[0] for error in lacking]
            # Wrong bytes are a failure, not a missing artifact.
            if not reasons or "cannot be fetched" not in reasons[0]:
                raise
            return reasons[0]
    return StackRun(stack, Recording(recorder), published)


def _noting_errors(fetch: Callable[..., Path], errors: list[ArtifactError]) -> Callable[..., Path]:
    def noting(*args: Any, **kwargs: Any) -> Path:
        try:
            return fetch(*args, **kwargs)
        except ArtifactError as error:
            errors.append(error)
            raise

    return noting


def _noting_results(
    read: Callable[..., list[Manifest]], published: list[Manifest]
) -> Callable[..., list[Manifest]]:
    def noting(*args: Any, **kwargs: Any) -> list[Manifest]:
        found = read(*args, **kwargs)
        published.extend(copy.deepcopy(found))
        return found

    return noting


@pytest.fixture
def in_checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where the program runs, with no cluster in the environment."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    yield
    pulumi.runtime.set_all_config({}, [])
