"""A control plane and a project folder for the tests that run the real engine."""

import os
from collections.abc import Iterator

import pytest

from errors import ArtifactUnreachableError
from tests.support.engine import ROOT, Cluster, Project, on
from tools import toolchain
from tools.sandbox import control_plane, lifecycle
from upstream import artifacts
from upstream.versions import CATALOGUE


@pytest.fixture(autouse=True)
def restored_environment() -> Iterator[None]:
    """Undo what an operation sets for the engine and the program."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def upstream() -> None:
    """Have every version of every artifact, or skip and say which address cannot be reached.

    Wrong bytes are no reason to skip: they fail.
    """
    for product in CATALOGUE.values():
        for variant, source in product.artifacts.items():
            for version in source.sha256:
                try:
                    artifacts.fetch(product.pin(variant, version), ROOT / artifacts.CACHE)
                except ArtifactUnreachableError as error:
                    pytest.skip(str(error).partition("\n")[0])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a fresh control plane for the tests of a module."""
    root = tmp_path_factory.mktemp("checkout")
    toolchain.ensure_plugin()
    tools = toolchain.ensure(*control_plane.TOOLS, "kubectl")
    sandbox = lifecycle.start(root, tools)
    yield Cluster(root, sandbox.kubeconfig, tools["kubectl"])
    lifecycle.reset(root)


@pytest.fixture(scope="module")
def project(cluster: Cluster, upstream: None, request: pytest.FixtureRequest) -> Project:
    """Return the stack that the module names in STACK, on the module's cluster."""
    del upstream  # wanted for what it does
    return on(cluster, request.module.STACK)
