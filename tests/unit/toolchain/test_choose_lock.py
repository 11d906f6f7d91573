"""Which lock file a machine installs from."""

import platform
import pwd
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
import pytest
from pytest_httpserver import HTTPServer

from tools import choose_lock
from tools.toolchain import cache, pins

from .conftest import place

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LOCK", raising=False)
    place(tmp_path / "tools/toolchain/pins.yaml", pins.PINS.read_bytes())
    (tmp_path / "requirements.lock").write_text(
        "other==1.0\npulumi-kubernetes==4.34.2 \\\n    --hash"
    )
    return tmp_path


def served(httpserver: HTTPServer, *statuses: int) -> str:
    """Serve the plugin's URLs below a mirror's folder and return that."""
    for url, status in zip(plugin_urls(), statuses, strict=True):
        path = urlsplit(url)
        httpserver.expect_request(f"/m/{path.netloc}{path.path}").respond_with_data(status=status)
    return httpserver.url_for("/m")


def plugin_urls() -> list[str]:
    return choose_lock.plugin_urls(pins.PINS.read_text(), "4.34.2")


def test_the_urls_are_those_that_the_toolchain_downloads() -> None:
    newest = pins.load(pins.PINS).plugins[0]
    assert newest.download
    machine = pins.this_platform()
    if machine not in newest.download.only:
        machine = "linux/amd64"
    expected = [newest.download.url, newest.download.checksums or ""]
    assert choose_lock.plugin_urls(pins.PINS.read_text(), newest.version) == [
        newest.expand(template, f"{platform.system().lower()}/{machine.split('/')[1]}")
        for template in expected
    ]


@pytest.mark.parametrize("chosen", ["", "/elsewhere"])
def test_the_cache_is_where_the_toolchain_has_it(
    chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", chosen)
    assert choose_lock.cache_root() == cache.root()
    assert chosen or choose_lock.cache_root() == platformdirs.user_cache_path("gitops-bootstrap")


def test_a_user_without_a_home_has_no_plugin(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", "none")
    for name in ("GITOPS_BOOTSTRAP_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: {}[uid])  # as of a user without an entry
    assert choose_lock.choose(checkout) == "requirements-floor.lock"


def test_the_variable_wins(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCK", "requirements-other.lock")
    assert choose_lock.choose(checkout) == "requirements-other.lock"


def test_a_cached_plugin_is_enough(
    checkout: Path, cache_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", "none")
    assert choose_lock.choose(checkout) == "requirements-floor.lock"
    place(cache.plugin_folder("4.34.2") / pins.PLUGIN, b"")
    assert cache_root in cache.plugin_folder("4.34.2").parents
    assert choose_lock.choose(checkout) == "requirements.lock"


@pytest.mark.parametrize(
    "statuses, lock",
    [
        ((200, 200), "requirements.lock"),
        ((200, 404), "requirements-floor.lock"),
        ((403, 200), "requirements-floor.lock"),
    ],
    ids=["both answer", "no checksums", "forbidden"],
)
def test_a_publisher_that_answers_is_enough(
    httpserver: HTTPServer,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    statuses: tuple[int, int],
    lock: str,
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", served(httpserver, *statuses))
    assert choose_lock.choose(checkout) == lock


def test_a_mirror_that_is_a_folder_is_looked_into(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", str(tmp_path / "mirror"))
    assert choose_lock.choose(checkout) == "requirements-floor.lock"
    for url in plugin_urls():
        place(tmp_path / "mirror" / url.removeprefix("https://"), b"")
    assert choose_lock.choose(checkout) == "requirements.lock"


def test_a_publisher_that_does_not_answer_is_not_waited_for(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose_lock, "SECONDS", 0.1)
    monkeypatch.setattr(choose_lock, "answers_well", lambda _: time.sleep(5))
    start = time.monotonic()
    assert choose_lock.choose(checkout) == "requirements-floor.lock"
    assert time.monotonic() - start < 4


def test_a_lock_without_the_package_is_refused(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text("other==1.0\n")
    with pytest.raises(SystemExit, match="has no line pulumi-kubernetes==VERSION"):
        choose_lock.choose(checkout)


def test_it_runs_without_any_package() -> None:
    command = [sys.executable, "-I", "-S", "tools/choose_lock.py", "--help"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "Exit codes" in answer.stdout
