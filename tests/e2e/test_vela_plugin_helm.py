"""Argo CD's image has helm 3 up to 3.4 and helm 4 since 3.5: both must say the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.converter import ROOT, generate

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.tools("helm", "helm4")]

REFUSED: dict[str, Any] = yaml.safe_load(
    (ROOT / "tests/unit/components/vela_plugin/refused.yaml").read_text()
)
SAMPLES = ("appfile", "application")
AWKWARD = {
    "name": "testapp",
    "services": {
        "web": {
            "image": '{{ fail "no" }}',
            "cmd": ["---", "a\n---\nb", "\u2028<&>", "refused: |", "1", "true", ""],
            "env": [{"name": "A", "value": "%s"}],
            "labels": {"a/b~c": "d", "8080": "x"},
            "livenessProbe": {"periodSeconds": 9007199254740991, "x": [1.5, True, {}, []]},
        }
    },
}
assert REFUSED


@pytest.mark.parametrize("title", REFUSED)
def test_both_refuse_the_same_in_the_same_words(title: str, tmp_path: Path) -> None:
    case = REFUSED[title]
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "vela.yaml").write_text(case["text"])
    mode = case.get("mode", "application")
    one, other = (generate(folder, mode, helm=name) for name in ("helm", "helm4"))

    assert one.problems
    assert other == one


@pytest.mark.parametrize("sample", SAMPLES)
def test_both_accept_the_samples(sample: str, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    for file in (ROOT / "samples" / sample).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    one, other = (generate(folder, helm=name) for name in ("helm", "helm4"))

    assert (one.code, one.err) == (0, "")
    assert other == one


def test_both_take_awkward_values_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "vela.yaml").write_text(yaml.safe_dump(AWKWARD, allow_unicode=False))
    one, other = (generate(folder, helm=name) for name in ("helm", "helm4"))

    assert (one.code, one.err) == (0, "")
    assert other == one
