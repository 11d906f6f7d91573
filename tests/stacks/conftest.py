"""The program, run once for each stack: no engine, no cluster, no KUBECONFIG."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest

from kube import charts, manifests
from kube.manifests import Manifest
from tests.support.recordings import Recording
from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.recorder import record_program


@dataclass
class StackRun:
    """What a stack registered, and the objects of the releases that it was made from."""

    stack: str
    recording: Recording
    published: list[Manifest] = field(default_factory=list)


@pytest.fixture(scope="session", params=shipped_stacks())
def run(request: pytest.FixtureRequest, upstream: None) -> StackRun:
    """Return the run of a shipped stack."""
    del upstream  # wanted for what it does
    published: list[Manifest] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.delenv("KUBECONFIG", raising=False)
        patch.setattr(manifests, "read", _noting_results(manifests.read, published))
        patch.setattr(charts, "crds", _noting_results(charts.crds, published))
        recorder = record_program(ROOT, raw_config(request.param), request.param)
    return StackRun(request.param, Recording(recorder), published)


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
