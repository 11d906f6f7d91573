"""A control plane and a project folder for the tests that run the real engine."""

import os
from collections.abc import Iterator

import pytest

from tests.support.engine import ENGINE, SANDBOX, Cluster, Project, on
from tests.support.needs import uses_tools
from tools import toolchain
from tools.sandbox import lifecycle


@pytest.fixture(autouse=True)
def restored_environment() -> Iterator[None]:
    """Undo what an operation sets for the engine and the program."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
@uses_tools(*SANDBOX)
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a fresh control plane for the tests of a module."""
    root = tmp_path_factory.mktemp("checkout")
    tools = toolchain.ensure(*SANDBOX)
    sandbox = lifecycle.start(root, tools)
    yield Cluster(root, sandbox.kubeconfig, tools["kubectl"])
    lifecycle.reset(root)


@pytest.fixture(scope="module")
@uses_tools(*ENGINE)
def project(cluster: Cluster, upstream: None, request: pytest.FixtureRequest) -> Project:
    """Return the stack that the module names in STACK, on the module's cluster."""
    del upstream  # wanted for what it does
    return on(cluster, request.module.STACK)
