"""The reference page and the JSON Schema are those of the models."""

import json
from pathlib import Path

import pytest

from tools import docs


def test_the_documents_in_the_tree_are_current() -> None:
    assert docs.main(["--check"]) == 0


def test_a_stale_document_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--folder", str(tmp_path)]) == 0
    assert docs.main(["--folder", str(tmp_path), "--check"]) == 0
    (tmp_path / "reference/configuration.md").write_text("old", encoding="utf-8")
    capsys.readouterr()

    assert docs.main(["--folder", str(tmp_path), "--check"]) == 1
    assert "configuration.md is stale; run: make docs" in capsys.readouterr().err
    assert (tmp_path / "reference/configuration.md").read_text(encoding="utf-8") == "old"


def test_every_key_has_a_description() -> None:
    schema = json.loads(docs.documents()["reference/settings.schema.json"])
    described = [
        (name, key)
        for name, model in schema["$defs"].items()
        for key, entry in model["properties"].items()
        if "description" not in entry and "$ref" not in entry
    ]

    assert schema["$defs"]
    assert described == []


def test_every_key_is_on_the_page() -> None:
    page = docs.documents()["reference/configuration.md"]

    for key in ("cluster.identifier", "openKruise.manager.resources.limits.cpu", "argoCd.rbac"):
        assert f"| `{key}` |" in page
