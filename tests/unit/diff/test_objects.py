"""Rendered folders as objects; charts only where the two sides differ."""

from pathlib import Path
from typing import Any

import pytest

from errors import ToolError
from tools import charts
from tools.diff import objects
from tools.object_diff import KubeObject, compare

HELM = Path("helm")


def release(chart: str = "chart.tgz", **values: Any) -> KubeObject:
    content = {"kind": "Release", "name": "kruise", "namespace": "n", "chart": chart}
    return KubeObject("open-kruise", {**content, "values": values})


def configured(value: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": value}


@pytest.fixture
def helm(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stand in for Helm: one ConfigMap with the values; what it was asked for."""
    asked: list[Any] = []

    def rendered(content: dict[str, Any], *_: Any, **__: Any) -> list[Any]:
        asked.append(content["values"])
        if "bad" in content["values"]:
            raise ToolError("helm template failed: bad")
        return [configured(content["values"])]

    monkeypatch.setattr(charts, "rendered", rendered)
    return asked


def test_a_folder_is_read_by_unit(tmp_path: Path) -> None:
    (tmp_path / "argo-cd").mkdir()
    (tmp_path / "argo-cd/configmap-c.yaml").write_text("kind: ConfigMap\nmetadata: {name: c}\n")
    (tmp_path / ".rendered").touch()

    assert objects.read(tmp_path) == [
        KubeObject("argo-cd", {"kind": "ConfigMap", "metadata": {"name": "c"}})
    ]


def test_a_changed_value_shows_in_the_release_and_in_what_helm_makes_of_it(
    helm: list[Any], tmp_path: Path
) -> None:
    base, head = [release(a=1)], [release(a=2)]

    sides = [
        objects.with_charts(own, other, tmp_path, tmp_path, HELM)[0]
        for own, other in ((base, head), (head, base))
    ]

    assert helm == [{"a": 1}, {"a": 2}]
    assert [(c.kind, c.release, c.fields[0].path) for c in compare(*sides)] == [
        ("Release", "", "values.a"),
        ("ConfigMap", "kruise", "data.a"),
    ]


def test_the_same_release_is_not_rendered(helm: list[Any], tmp_path: Path) -> None:
    found, problems = objects.with_charts([release(a=1)], [release(a=1)], tmp_path, tmp_path, HELM)

    assert (found, problems, helm) == ([release(a=1)], [], [])


def test_other_bytes_of_the_same_chart_are_rendered(helm: list[Any], tmp_path: Path) -> None:
    trees = tmp_path / "base", tmp_path / "head"
    for tree in trees:
        tree.mkdir()
        (tree / "chart.tgz").write_text(tree.name)

    found, _ = objects.with_charts([release(a=1)], [release(a=1)], *trees, HELM)

    assert helm == [{"a": 1}]
    assert len(found) == 2


def test_a_chart_that_helm_refuses_is_reported(helm: list[Any], tmp_path: Path) -> None:
    found, problems = objects.with_charts([release(bad=1)], [], tmp_path, tmp_path, HELM)

    assert helm
    assert found == [release(bad=1)]
    assert problems == ["helm template failed: bad"]
