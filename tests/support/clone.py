"""A scratch clone of the checkout in which `make` works at once."""

import subprocess
import sys
from pathlib import Path

from tests.support.engine import ROOT


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints."""
    result = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return result.stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything, and always: also where nothing has changed since the commit before."""
    git(folder, "add", "--all")
    author = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", message)


def clone_of_the_checkout(folder: Path) -> Path:
    """Clone the checkout as it lies there, with its packages and artifacts; return the folder."""
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
    # A link is no folder to .gitignore.
    (folder / ".git/info/exclude").write_text(".cache\n")
    commit(folder, "base")
    return folder
