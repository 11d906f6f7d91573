"""What is read from a chart's archive without rendering it."""

from pathlib import Path

import pytest

from kube import charts
from tests.support.chart import write_chart


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    return write_chart(tmp_path / "vela-core-1.0.0.tgz")


def test_the_crds_of_a_chart_are_its_own_in_the_order_of_their_files(chart: Path) -> None:
    found = charts.crds(chart)

    assert [crd["metadata"]["name"] for crd in found] == [
        "applications.core.oam.dev",
        "traits.core.oam.dev",
    ]
    assert {crd["kind"] for crd in found} == {"CustomResourceDefinition"}
