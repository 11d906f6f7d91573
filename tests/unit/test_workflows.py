"""The workflows: pinned, with no right that a job does not use, and made of what runs locally."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
ZIZMOR = Path(sys.executable).with_name("zizmor")
PINNED = re.compile(r"^ +- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
TARGET = re.compile(r"\bmake (?:--silent )?([a-z-]+)")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key `on` for a truth value.
    return {str(k): v for k, v in yaml.safe_load(path.read_text()).items()}


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return dict(read(path)["jobs"])


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert {path.stem for path in FILES} == {
        *("ci", "deploy", "drift", "fresh-machine", "preview", "preview-comment"),
    }


@each_file
def test_every_action_is_pinned_by_commit(path: Path) -> None:
    used = [line for line in path.read_text().splitlines() if "uses:" in line]

    assert used
    assert [line for line in used if not PINNED.match(line)] == []


def test_an_action_has_one_pin_everywhere() -> None:
    pins = {step["uses"] for path in FILES for step in steps(path) if "uses" in step}

    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@each_file
def test_rights_are_given_to_jobs_and_only_comments_write(path: Path) -> None:
    assert read(path)["permissions"] == {}
    for name, job in jobs(path).items():
        given = {right for right, level in job["permissions"].items() if level == "write"}
        assert given == ({"pull-requests"} if name == "comment" else set())
        assert "timeout-minutes" in job


@each_file
def test_no_script_contains_an_expression(path: Path) -> None:
    """What a stranger chose would be run: expressions are put in before the shell starts."""
    scripts = [step["run"] for step in steps(path) if "run" in step]

    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@each_file
def test_every_step_is_a_target_of_the_makefile(path: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = [t for step in steps(path) for t in TARGET.findall(step.get("run", ""))]

    assert called
    assert set(called) <= targets


def test_what_runs_the_code_of_a_fork_has_no_secret() -> None:
    rendered = jobs(ROOT / ".github/workflows/preview.yml")["rendered"]

    assert "secrets." not in yaml.safe_dump(rendered)
    assert "environment" not in rendered
    assert rendered["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", ["preview", "preview-comment"])
def test_what_writes_comments_runs_no_code_of_the_pull_request(name: str) -> None:
    job = jobs(ROOT / f".github/workflows/{name}.yml")["comment"]
    (checkout,) = (s for s in job["steps"] if s.get("uses", "").startswith("actions/checkout@"))

    # Without a ref, a run after another one gets the default branch.
    ref = "${{ github.event.pull_request.base.sha }}" if name == "preview" else None
    assert checkout["with"].get("ref") == ref


@pytest.mark.parametrize("job", ["state", "preview"])
def test_a_preview_gets_no_cluster(job: str) -> None:
    path = ROOT / f".github/workflows/{'preview' if job == 'state' else 'deploy'}.yml"

    assert "kubeconfig" not in yaml.safe_dump(jobs(path)[job]).lower()


def test_zizmor_finds_nothing() -> None:
    result = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--persona=regular", ROOT / ".github/workflows"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "No findings to report" in result.stdout + result.stderr
