"""The converter on files of a test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kube import charts
from kube.manifests import Manifest
from tests.support.converter import ROOT, Result, generate
from tests.support.needs import uses_tools
from upstream import artifacts
from upstream.versions import CATALOGUE

Convert = Callable[..., Result]


@pytest.fixture
@uses_tools("helm")
def convert(tmp_path: Path) -> Convert:
    """Return a function that converts one file, by default vela.yaml."""

    def run(text: str | bytes, name: str = "vela.yaml", **given: Any) -> Result:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return generate(folder, **given)

    return run


def application(result: Result) -> dict[str, Any]:
    """Return what came out; it must have gone well."""
    assert result.code == 0, result.err
    assert result.err == ""
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.fixture(scope="session")
def chart(upstream: None) -> Path:
    """Return the pinned chart of KubeVela."""
    del upstream  # wanted for what it does
    kube_vela = CATALOGUE["kubeVela"]
    return artifacts.fetch(kube_vela.pin("chart", kube_vela.version), ROOT / artifacts.CACHE)


@pytest.fixture(scope="session")
def crds(chart: Path) -> list[Manifest]:
    """Return its CRDs."""
    return charts.crds(chart)
