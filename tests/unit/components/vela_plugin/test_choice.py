"""Which file of the folder is read."""

from pathlib import Path

import pytest

from tests.support.converter import generate
from tests.unit.components.vela_plugin.conftest import application

pytestmark = pytest.mark.tools("helm")

NAMES = ["vela.yaml", "vela.yml", "vela.json", "Appfile", "app.yaml", "application.yaml"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "app"
    made.mkdir()
    return made


def write(folder: Path, name: str) -> None:
    (folder / name).write_text(
        f"name: from-{name.replace('.', '-').lower()}\nservices: {{a: {{image: b}}}}\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_usual_name_is_found(folder: Path, name: str) -> None:
    write(folder, name)
    write(folder, "values.yaml")

    found = application(generate(folder))
    assert found["metadata"]["name"] == f"from-{name.replace('.', '-').lower()}"


def test_two_files_are_refused_and_one_may_be_named(folder: Path) -> None:
    write(folder, "vela.yaml")
    write(folder, "Appfile")

    (refusal,) = generate(folder).problems
    assert refusal.startswith(
        "vela.yaml and Appfile: two files to choose from; remove one, or name"
    )
    named = generate(folder, environment={"ARGOCD_ENV_APPFILE": "Appfile"})
    assert application(named)["metadata"]["name"] == "from-appfile"


def test_a_folder_without_a_file_is_refused(folder: Path) -> None:
    write(folder, "values.yaml")

    (refusal,) = generate(folder).problems
    assert refusal.startswith("nothing to deploy in this folder: there is no vela.yaml, ")
    assert all(name in refusal for name in NAMES)


@pytest.mark.parametrize(
    "name",
    ["../vela.yaml", "/etc/passwd", "a b", ".git", "https://x/y", "a,b=c", "-", "vela.yaml\n"],
)
def test_a_named_file_must_be_one_of_the_folder(folder: Path, name: str) -> None:
    write(folder, "vela.yaml")
    write(folder.parent, "vela.yaml")

    (refusal,) = generate(folder, environment={"ARGOCD_ENV_APPFILE": name}).problems
    assert "APPFILE" in refusal or refusal.startswith("-: there is no such file")


def test_a_named_file_must_exist(folder: Path) -> None:
    refusal = generate(folder, environment={"ARGOCD_ENV_APPFILE": "other.yaml"}).problems

    assert refusal == ["other.yaml: there is no such file; APPFILE names it"]


@pytest.mark.parametrize("target", ["secret", "missing"])
def test_a_link_is_refused(folder: Path, target: str) -> None:
    write(folder.parent, "secret")
    (folder / "vela.yaml").symlink_to(folder.parent / target)

    assert generate(folder).problems == ["vela.yaml:1: is no plain file"]


def test_a_folder_in_place_of_the_file_is_refused(folder: Path) -> None:
    (folder / "vela.yaml").mkdir()

    assert generate(folder).problems == ["vela.yaml:1: is no plain file"]


def test_a_huge_file_is_refused(folder: Path) -> None:
    (folder / "vela.yaml").write_bytes(b"#" * (2**18 + 1))

    assert generate(folder).problems == ["vela.yaml:1: is larger than 262144 bytes"]
