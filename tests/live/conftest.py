"""The live sandbox that the tests share, and what they look at it with."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from errors import ToolError
from tests.live.argocd import live_credentials
from tests.support.engine import ENGINE, SANDBOX, Cluster
from tests.support.needs import uses_tools
from tools.live import lifecycle, operators
from tools.live.lifecycle import Live

Eventually = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, and put those that take the platform down to the end."""
    here = Path(__file__).parent
    ours = [item for item in items if item.path.is_relative_to(here)]
    for item in ours:
        item.add_marker(pytest.mark.live)
        item.add_marker(pytest.mark.timeout(300))
    ours.sort(key=lambda item: item.path.name == "test_teardown.py")
    items[:] = [item for item in items if item not in set(ours)] + ours


@pytest.fixture(scope="session")
@uses_tools(*SANDBOX, *ENGINE, *operators.TOOLS)
def live(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Return the live sandbox that runs at LIVE_ROOT or in this checkout, else one of our own."""
    del upstream  # wanted for what it does
    root = Path(os.environ.get("LIVE_ROOT", lifecycle.CHECKOUT))
    before = dict(os.environ)
    try:
        yield lifecycle.running(root)
    except ToolError:
        if "LIVE_ROOT" in os.environ:
            raise
        root = tmp_path_factory.mktemp("live")
        try:
            yield lifecycle.start(root, _say)
        finally:
            lifecycle.stop(root, reset=True)
    finally:
        # What an operation sets for the engine and the program.
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Serve on loopback only."""
    return ("127.0.0.1", 0)


@pytest.fixture
def cluster(live: Live) -> Cluster:
    """Return kubectl on the live sandbox."""
    return Cluster(live.paths.root, live.kubeconfig, live.program("kubectl"))


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """Return the name of a namespace that exists for one test."""
    name = f"test-{time.time_ns() % 10**9}"
    cluster.run("create", "namespace", name)
    yield name
    cluster.run("delete", "namespace", name, "--wait=false")


@pytest.fixture
def argocd(live: Live, tmp_path: Path) -> "ArgoCd":
    """Return Argo CD's command line, logged in as its administrator."""
    cli = ArgoCd(live, tmp_path / "argocd")
    password = live_credentials(live).admin_password
    cli.run("login", cli.server, "--username", "admin", stdin=f"{password}\n")
    return cli


class ArgoCd:
    """Argo CD's command line."""

    def __init__(self, live: Live, home: Path) -> None:
        self.server = f"127.0.0.1:{live.plan.ports['argocd_server']}"
        self._program = live.program("argocd")
        self._home = home
        home.mkdir()

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Return what a command prints."""
        return subprocess.run(
            [self._program, *arguments, "--plaintext"],
            env={"HOME": str(self._home), "ARGOCD_CONFIG_DIR": str(self._home), "PATH": ""},
            input=stdin,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=90,
        ).stdout


@pytest.fixture
def eventually() -> Eventually:
    """Return a function that asks until the answer is as expected."""

    def wait(ask: Callable[[], Any], expected: Any, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while (answer := ask()) != expected:
            assert time.monotonic() < deadline, f"after {seconds:.0f} s: {answer!r}"
            time.sleep(0.3)

    return wait


@pytest.fixture
def repository(tmp_path: Path) -> "Repository":
    """Return an empty Git repository."""
    return Repository(tmp_path / "repository")


class Repository:
    """A Git repository on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"file://{folder}"
        folder.mkdir()
        self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, name: str, content: str) -> None:
        """Commit one file."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        self._git("add", name)
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        self._git(*identity, "commit", "--quiet", "--message", "Change " + name)

    def _git(self, *arguments: str) -> None:
        # Nothing of the user's settings, such as signing.
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(
            ["git", "-C", str(self.folder), *arguments], env=os.environ | nobody, check=True
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
