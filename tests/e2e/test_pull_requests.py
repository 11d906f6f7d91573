"""A pull request from beginning to end: the steps of the workflows, run as they stand there."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.clone import clone_of_the_checkout, commit
from tests.support.sentinels import leaks
from tests.support.workflows import WORKFLOWS, run_steps, set_in_stack
from tools import toolchain
from tools.object_diff import LIMIT, MARKER

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.tools("helm")]

ENTRY = {"config": {"timeout.reconciliation": "60s"}}
NEW_GATES = {"featureGates": {"CloneSetShortHash": True}}
SECRETS = {
    "KUBECONFIG": "Sentinel-kubeconfig-path-1qX",
    "GITHUB_TOKEN": "Sentinel-github-token-2wY",
    "PULUMI_ACCESS_TOKEN": "Sentinel-pulumi-token-3eZ",
    "PULUMI_CONFIG_PASSPHRASE": "Sentinel-passphrase-4rA",
}


@pytest.fixture(scope="module")
def clone(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scratch clone with the checkout's state, packages and artifacts, and a change."""
    del upstream  # wanted for what it does
    folder = clone_of_the_checkout(tmp_path_factory.mktemp("pull-request") / "clone")
    set_in_stack(folder, "prod", {"argoCd": ENTRY, "openKruise": NEW_GATES})
    commit(folder, "change")
    return folder


@pytest.fixture(scope="module")
def page(clone: Path) -> str:
    """Return what the job for forks shows of the change."""
    return run_steps("rendered", "preview", clone, {"STACK": "prod"})


def test_a_fork_gets_its_changes_by_unit_with_nothing_in_the_environment(page: str) -> None:
    assert page.startswith(MARKER)
    assert "#### Stack `prod`: " in page
    assert "| `argo-cd` |  |  | " in page
    assert "| `open-kruise` |  |  | " in page


def test_it_shows_the_fields_that_differ_and_no_others(page: str) -> None:
    assert '@@ data["timeout.reconciliation"] @@' in page
    assert "60s" in page
    assert "ConfigMap argocd/argocd-cm" in page
    assert "CustomResourceDefinition" not in page


def test_it_shows_what_changes_inside_of_a_chart(page: str) -> None:
    assert "<code>Release kruise-system/kruise</code>" in page
    inside = "<code>Deployment kruise-system/kruise-controller-manager in release kruise</code>"
    assert inside in page
    assert "CloneSetShortHash=true" in page


def test_the_comment_is_made_of_the_same_changes(clone: Path, page: str) -> None:
    result = subprocess.run(
        ["make", "--silent", "comment", "FROM=changes"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout == page


def test_it_is_the_same_again_and_knows_no_secret_of_its_surroundings(
    clone: Path, page: str
) -> None:
    again = run_steps("rendered", "preview", clone, {"STACK": "prod", **SECRETS})

    assert again == page
    assert leaks(again, SECRETS) == set()


def test_a_new_version_with_its_definitions_fits_into_a_comment(clone: Path) -> None:
    """Argo CD one version older, so that its definitions and most of its objects differ."""
    versions = yaml.safe_load((clone / "upstream/versions.yaml").read_text())
    pinned = versions["argoCd"]["artifacts"]["ha"]["sha256"]
    (older, *_) = (version for version in pinned if version != versions["argoCd"]["version"])
    stack = clone / "Pulumi.prod.yaml"
    before = stack.read_text()
    content = yaml.safe_load(before)
    content["config"]["gitops-bootstrap:argoCd"]["version"] = older
    stack.write_text(yaml.safe_dump(content))
    try:
        result = subprocess.run(
            ["make", "--silent", "diff", "STACK=prod", "BASE=HEAD"],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        stack.write_text(before)

    assert result.returncode == 0, result.stdout + result.stderr
    assert len(result.stdout.encode()) <= LIMIT
    assert "CustomResourceDefinition applications.argoproj.io" in result.stdout
    assert "changed (not shown)" in result.stdout


def test_a_program_that_cannot_be_rendered_is_a_comment_too(clone: Path) -> None:
    stack = clone / "Pulumi.prod.yaml"
    before = stack.read_text()
    stack.write_text(before + "  gitops-bootstrap:crds: {retian: true}\n")
    try:
        result = subprocess.run(
            ["make", "--silent", "diff", "STACK=prod", "BASE=HEAD", "JSON=failed/prod.json"],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        stack.write_text(before)

    assert result.returncode != 0
    assert "#### Stack `prod`: failed" in result.stdout
    assert "retian" in result.stdout
    assert json.loads((clone / "failed/prod.json").read_text())["errors"]


@pytest.mark.tools("actionlint")
def test_actionlint_finds_nothing() -> None:
    actionlint = toolchain.ensure("actionlint")["actionlint"]
    result = subprocess.run(
        # Two checkers of scripts that it would take from PATH, in whatever version they are there.
        [actionlint, "-shellcheck=", "-pyflakes=", *sorted(WORKFLOWS.glob("*.yml"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "")
