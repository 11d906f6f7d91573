"""What another version changes, from the real artifacts; charts are left to e2e."""

import shutil
from pathlib import Path

import pytest

from tests.support.stack_config import ROOT
from tools import toolchain, upgrade_diff
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = pytest.mark.usefixtures("in_checkout", "upstream")

DIGESTS = CATALOGUE["argoCd"].artifacts["standard"].sha256
ARGO_CD = "quay.io/argoproj/argocd"
IMAGE = f".containers[argocd-server].image @@\n- {ARGO_CD}:{{}}\n+ {ARGO_CD}:{{}}"


@pytest.fixture(autouse=True)
def without_helm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "present", lambda *names: dict.fromkeys(names))


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return v3.9.9, which no catalogue knows, as the mirror has it; the cache is a copy."""
    cache, mirror = tmp_path / "cache", tmp_path / "mirror"
    shutil.copytree(ROOT / artifacts.CACHE, cache)
    monkeypatch.setattr(artifacts.fetch, "__defaults__", (cache, None))
    monkeypatch.setenv(artifacts.MIRROR_VARIABLE, str(mirror))
    known = artifacts.fetch(CATALOGUE["argoCd"].pin("standard", "v3.5.1"))
    newer = Path(str(mirror / known.relative_to(cache)).replace("v3.5.1", "v3.9.9"))
    newer.parent.mkdir(parents=True)
    newer.write_text(known.read_text().replace("argocd:v3.5.1", "argocd:v3.9.9"))
    return newer


def run(*words: str) -> int:
    return upgrade_diff.main(["--unit", "argoCd", *words])


def test_the_difference_is_that_of_the_stacks_objects(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--from", "v3.4.7", "--version", "v3.5.1") == 0
    shown = capsys.readouterr()

    assert shown.out.startswith("### argoCd: from v3.4.7 to v3.5.1\n\n#### Stack `dev`: 10 updated")
    assert IMAGE.format("v3.4.7", "v3.5.1") in shown.out
    assert "helm is not there" in shown.out
    assert DIGESTS["v3.5.1"] in shown.err


def test_without_a_known_digest_the_one_found_is_printed(
    capsys: pytest.CaptureFixture[str], published: Path
) -> None:
    assert run("--version", "v3.9.9") == 0
    shown = capsys.readouterr()

    assert f"the one found is {artifacts.digest_of(published)}\n  it says nothing" in shown.err
    assert IMAGE.format("v3.5.1", "v3.9.9") in shown.out


@pytest.mark.usefixtures("published")
def test_other_bytes_than_expected_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version", "v3.9.9", "--sha256", "0" * 64) == 1
    shown = capsys.readouterr()

    assert not shown.out
    assert f"the bytes are not the pinned ones; refused\n  expected sha256 {'0' * 64}" in shown.err


def test_only_what_has_a_version_in_the_stack_file_is_a_unit() -> None:
    assert upgrade_diff.UNITS == ["argoCd", "kubeVela", "openKruise", "tekton"]
