"""A release manifest is read once as YAML, then from its parsed copy."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from errors import ManifestError
from kube import manifests
from tests.support.release import TEXT, release


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "release.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make any use of the YAML parser fail."""

    def fail(*_: Any, **__: Any) -> None:
        message = "YAML was parsed"
        raise AssertionError(message)

    monkeypatch.setattr(yaml, "load_all", fail)


def parsed_copies(file: Path) -> list[Path]:
    return sorted(file.parent.glob("*.json"))


def test_all_objects_are_read_in_order(file: Path) -> None:
    assert manifests.read(file) == release()


def test_a_second_read_does_not_parse_yaml(file: Path, request: pytest.FixtureRequest) -> None:
    first = manifests.read(file)
    request.getfixturevalue("no_yaml")

    assert manifests.read(file) == first


def test_the_check_for_a_second_parse_works(file: Path, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("no_yaml")

    with pytest.raises(AssertionError, match="YAML was parsed"):
        manifests.read(file)


@pytest.mark.parametrize("length", [0, 1, 200], ids=["empty", "one-character", "half"])
def test_a_parsed_copy_that_was_cut_short_is_made_again(file: Path, length: int) -> None:
    manifests.read(file)
    (parsed,) = parsed_copies(file)
    whole = parsed.read_bytes()
    parsed.write_bytes(whole[:length])

    assert manifests.read(file) == release()
    assert parsed.read_bytes() == whole
    assert sorted(file.parent.iterdir()) == sorted([file, parsed])


def test_a_changed_file_is_parsed_again(file: Path) -> None:
    manifests.read(file)
    file.write_text("{apiVersion: v1, kind: Namespace, metadata: {name: a}}", encoding="utf-8")

    assert [m["kind"] for m in manifests.read(file)] == ["Namespace"]


def test_a_broken_file_leaves_no_parsed_copy(file: Path) -> None:
    file.write_text("kind: Namespace", encoding="utf-8")

    with pytest.raises(ManifestError, match=r"release\.yaml: document 1 "):
        manifests.read(file)
    assert parsed_copies(file) == []


def test_what_is_read_again_is_the_same_as_what_was_parsed(file: Path) -> None:
    file.write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, creationTimestamp: null},"
        " data: {on: 'yes', n: 1, f: 1.5, text: 'ä'}}",
        encoding="utf-8",
    )
    cold = manifests.read(file)

    assert manifests.read(file) == cold
    assert [set(o["data"]) for o in cold] == [{"true", "n", "f", "text"}]


def test_a_date_stays_the_text_that_it_is_for_kubernetes(file: Path) -> None:
    file.write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {day: 2026-11-22}}",
        encoding="utf-8",
    )

    assert [m["data"] for m in manifests.read(file)] == [{"day": "2026-11-22"}]


@pytest.mark.parametrize(
    "text, complaint",
    [
        pytest.param("a: b: c", "a.yaml: no YAML: ", id="no-yaml"),
        pytest.param("just text", "a.yaml: document 1 is no Kubernetes object", id="text"),
        pytest.param("[1]", "a.yaml: document 1 is no Kubernetes object", id="list"),
        pytest.param(
            "{kind: A, metadata: {name: a}}", "document 1 is no Kubernetes", id="no-version"
        ),
        pytest.param(
            "{apiVersion: v1, metadata: {name: a}}", "document 1 is no Kubernetes", id="no-kind"
        ),
        pytest.param(
            "{apiVersion: v1, kind: A, metadata: {}}", "document 1 is no Kubernetes", id="no-name"
        ),
        pytest.param("{apiVersion: v1, kind: A}", "document 1 is no Kubernetes", id="no-metadata"),
        pytest.param(f"{TEXT}\n---\n[]\n---\nx", "document 16 is no Kubernetes", id="the-last"),
        pytest.param("!!python/object/apply:os.getcwd []", "no YAML: ", id="code"),
    ],
)
def test_what_is_no_kubernetes_object_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ManifestError, match=r"no YAML|no Kubernetes object") as caught:
        manifests.parse(text, source="a.yaml")
    assert complaint in str(caught.value)


def test_empty_documents_are_left_out() -> None:
    object_ = "{apiVersion: v1, kind: A, metadata: {name: a}}"

    assert len(manifests.parse(f"---\n---\n{object_}\n---\n# only words\n---\n{object_}\n---")) == 2
