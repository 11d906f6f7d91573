"""The steps of the workflows, run as they stand there."""

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.support.engine import ROOT
from tests.support.needs import limits
from tools.toolchain import cache

WORKFLOWS = ROOT / ".github/workflows"


def set_in_stack(folder: Path, stack: str, sections: dict[str, dict[str, Any]]) -> None:
    """Lay settings over a stack file of the clone: section -> keys."""
    path = folder / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(path.read_text())
    for section, keys in sections.items():
        content["config"].setdefault(f"gitops-bootstrap:{section}", {}).update(keys)
    path.write_text(yaml.safe_dump(content))


def run_job(
    job: str, workflow: str, folder: Path, environment: dict[str, str]
) -> tuple[int, str, str]:
    """Run the scripts of a job as they stand in the workflow, until one fails.

    Returns the exit code, what the page of the run shows, and what the scripts print. They see the
    environment that is given and nothing else: no token, no kubeconfig, no passphrase, and a home
    with nothing in it.
    """
    summary = folder.parent / "summary.md"
    summary.write_text("")
    steps = yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text())["jobs"][job]["steps"]
    scripts = [(step["run"], step.get("if")) for step in steps if "run" in step]
    assert scripts
    code, printed = 0, ""
    for script, condition in scripts:
        if code and condition != "always()":
            continue
        result = subprocess.run(
            ["/bin/bash", "-e", "-c", script],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder.parent),
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITOPS_BOOTSTRAP_CACHE": str(cache.root()),
                **limits(),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        code = code or result.returncode
        printed += f"$ {script}\n{result.stdout}{result.stderr}"
    return code, summary.read_text(), printed


def run_steps(job: str, workflow: str, folder: Path, environment: dict[str, str]) -> str:
    """Run the scripts of a job, which must succeed; return what the page of the run shows."""
    code, page, printed = run_job(job, workflow, folder, environment)
    assert code == 0, printed
    return page
