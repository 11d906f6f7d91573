"""The definitions of KubeVela's chart."""

from pathlib import Path

from components.shared.definitions.chart import vela_definitions
from tests.support.chart import write_chart


def test_the_definitions_of_a_chart_are_read_without_rendering_it(tmp_path: Path) -> None:
    (found,) = vela_definitions(write_chart(tmp_path / "vela-core-1.0.0.tgz"))

    assert found["metadata"] == {"name": "webservice", "namespace": "vela-system"}
