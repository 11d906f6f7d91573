"""The folder of a user's own health checks: read as it is, or refused file by file."""

from pathlib import Path

import pytest

from components.health_checks.own_scripts import LIMIT, read
from errors import ConfigError
from stack import loader
from stack.settings import Settings
from tests.unit.stack.helpers import KUBECONFIG, raw, with_seed

SCRIPT = 'return {status = "Healthy", message = "ü"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder `health` of a project, with one good script."""
    write(tmp_path / "health", "example.org/Thing.lua", SCRIPT.encode())
    return tmp_path / "health"


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def texts(folder: Path) -> list[str]:
    """Return what is wrong with a project's folder."""
    return [problem.text for problem in read(folder.parent, folder.name)[1]]


def test_scripts_are_read_by_kind_as_they_are(folder: Path) -> None:
    write(folder, "apps/Deployment.lua", b"return {}")
    write(folder, "README.md", b"\xff")

    scripts = {"apps/Deployment": "return {}", "example.org/Thing": SCRIPT}
    assert read(folder.parent, "health") == (scripts, [])


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_without_a_script_is_refused(tmp_path: Path, make: bool) -> None:
    if make:
        (tmp_path / "health").mkdir()
    (text,) = texts(tmp_path / "health")

    assert text.startswith('"health" ' + ("holds no *.lua file" if make else "is no folder"))
    assert "allowed: a folder, relative to Pulumi.yaml, with files GROUP/KIND.lua. Fix: " in text


@pytest.mark.parametrize(
    "name", ["Thing.lua", "a/b/Thing.lua", "example.org/a_b.lua", "Group/Thing.lua", "_/Thing.lua"]
)
def test_a_file_elsewhere_is_refused(folder: Path, name: str) -> None:
    write(folder, name, b"return {}")

    (text,) = texts(folder)
    form = "not named GROUP/KIND.lua, as in apps.kruise.io/CloneSet.lua. Fix: rename or move it"
    assert text == f"health/{name}: {form}"


@pytest.mark.parametrize(
    "content,text",
    [
        pytest.param(b"return '\xfc'", "is not UTF-8; allowed: text in UTF-8", id="latin-1"),
        pytest.param(b"-" * (LIMIT + 1), f"{LIMIT + 1} bytes; allowed: at most {LIMIT}", id="long"),
        pytest.param(b" \n", "is empty, which Argo CD takes for no script", id="empty"),
    ],
)
def test_a_file_that_is_no_script_is_refused(folder: Path, content: bytes, text: str) -> None:
    write(folder, "example.org/Other.lua", content)

    assert [found.partition("Fix: ")[0] for found in texts(folder)] == [
        f"health/example.org/Other.lua: {text}. "
    ]


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "example.org" / "Other.lua").symlink_to("nowhere")

    (text,) = texts(folder)
    assert "cannot be read (No such file or directory); allowed: a readable file" in text


def load(project: Path, scripts: str) -> Settings:
    config = raw(with_seed({"healthChecks": {"scripts": scripts}}))
    return loader.load(config, stack="s", dry_run=True, environ=KUBECONFIG, project=project)


def test_the_settings_hold_the_scripts(folder: Path) -> None:
    assert load(folder.parent, "health").health_checks.own_scripts == {"example.org/Thing": SCRIPT}


def test_what_is_wrong_is_told_with_all_other_problems(folder: Path) -> None:
    write(folder, "Thing.lua", b"return {}")
    with pytest.raises(ConfigError, match=r"healthChecks\.scripts: health/Thing\.lua: not named"):
        load(folder.parent, "health")


@pytest.mark.parametrize("path", ["/etc", "../health", "a/../b", "", "a//b", "./a"])
def test_a_path_out_of_the_project_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="allowed: text like health"):
        load(tmp_path, path)
