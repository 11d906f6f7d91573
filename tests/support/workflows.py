"""A scratch clone with a change, and the steps of the workflows, run as they stand there."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.support.engine import ROOT
from tools.toolchain import cache

WORKFLOWS = ROOT / ".github/workflows"


def clone_to(folder: Path) -> Path:
    """Make a clone of the checkout as it lies there, with its packages and artifacts; commit it."""
    git(ROOT, "clone", "--quiet", "--no-local", "--depth=1", f"file://{ROOT}", str(folder))
    tracked = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, tracked.split("\0")):
        source = ROOT / name
        if source.is_file():  # as it lies in the checkout, so that what is tested is what is there
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
    venv = folder / ".venv"
    venv.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(Path(sys.prefix) / name)
    (venv / ".installed").touch()
    (folder / ".cache").symlink_to(ROOT / ".cache")
    (folder / ".git/info/exclude").write_text(".cache\n")  # a link is no folder to .gitignore
    commit(folder, "base")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints."""
    result = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return result.stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything; always, also where nothing has changed since the last one."""
    git(folder, "add", "--all")
    author = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", message)


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
