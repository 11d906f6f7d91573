"""A revision apart from the checkout, and what a rendering process is told of the world."""

import subprocess
from pathlib import Path

import pytest

from errors import ToolError
from tools.diff import trees


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    commands = [
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one"],
    ]
    (root / "file").write_text("committed")
    for command in commands:
        subprocess.run(["git", "-C", str(root), *command], check=True)
    (root / "file").write_text("changed since")
    return root


def test_a_revision_is_what_was_committed(repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()

    commit = trees.export(repository, "HEAD", out)

    assert (out / "file").read_text() == "committed"
    assert len(commit) == 12
    assert (out / ".cache").resolve() == (repository / ".cache").resolve()


def test_an_unknown_revision_is_refused_with_the_fix(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match='"nowhere" is no revision') as refusal:
        trees.export(repository, "nowhere", tmp_path)

    assert "git fetch" in str(refusal.value)


def test_a_checkout_that_git_does_not_read_is_refused_with_its_words(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # as root, of a user's checkout
    with pytest.raises(ToolError, match=r"dubious ownership(?s:.*)safe\.directory"):
        trees.export(repository, "HEAD", tmp_path)


def test_a_rendering_process_is_told_no_secret(tmp_path: Path) -> None:
    secrets = dict.fromkeys(
        (
            "GITHUB_TOKEN",
            "KUBECONFIG",
            "PULUMI_ACCESS_TOKEN",
            "PULUMI_CONFIG_PASSPHRASE",
            "PULUMI_BACKEND_URL",
            "AWS_SECRET_ACCESS_KEY",
            "PYTHONPATH",
        ),
        "hunter2",
    )
    given = {"PATH": "/bin", "HOME": "/home/ann", "ARTIFACT_MIRROR": "/mirror", **secrets}

    assert trees.environment(given, tmp_path) == {
        "PATH": "/bin",
        "HOME": str(tmp_path),
        "ARTIFACT_MIRROR": "/mirror",
    }
