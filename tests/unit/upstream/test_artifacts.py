"""An artifact is the pinned bytes, from wherever they come, or it is not there."""

import gc
import hashlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer

from errors import ArtifactError
from upstream import artifacts
from upstream.versions import Pin

CONTENT = b"kind: Namespace\n" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()
WRONG = b"other bytes"
WRONG_DIGEST = hashlib.sha256(WRONG).hexdigest()
URL = "https://example.org/team/v1.0.0/release.yaml"
PIN = Pin(url=URL, sha256=DIGEST)
PLACE = Path("example.org/team/v1.0.0/release.yaml")


def put(folder: Path, content: bytes, place: Path = PLACE) -> Path:
    """Put a file where a cache or mirror has that artifact."""
    target = folder / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def left_in(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def refusal(pin: Pin, cache: Path, mirror: Path | None = None) -> str:
    """Return the message that an artifact is refused with."""
    with pytest.raises(ArtifactError) as caught:
        artifacts.fetch(pin, cache, mirror)
    return str(caught.value)


@pytest.mark.disable_socket
def test_the_mirror_serves_without_a_network(cache: Path, mirror: Path) -> None:
    put(mirror, CONTENT)
    found = artifacts.fetch(PIN, cache, mirror)

    assert found == cache / PLACE
    assert found.read_bytes() == CONTENT
    assert left_in(cache) == [found]


@pytest.mark.disable_socket
def test_the_environment_names_the_mirror(
    cache: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(mirror, CONTENT)
    monkeypatch.setenv("ARTIFACT_MIRROR", str(mirror))

    assert artifacts.fetch(PIN, cache).read_bytes() == CONTENT


@pytest.mark.disable_socket
def test_the_mirror_of_the_environment_may_be_below_home(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "home/mirror", CONTENT)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTIFACT_MIRROR", "~/mirror")

    assert artifacts.fetch(PIN, cache).read_bytes() == CONTENT


@pytest.mark.disable_socket
def test_downloads_can_be_left_out(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFACT_MIRROR", "none")

    message = refusal(PIN, cache)
    assert message.startswith(
        f"{URL}: cannot be fetched (downloads are left out; ARTIFACT_MIRROR is none)"
    )
    put(cache, CONTENT)
    assert artifacts.fetch(PIN, cache).read_bytes() == CONTENT


@pytest.mark.disable_socket
def test_a_cached_file_needs_neither_mirror_nor_network(cache: Path, mirror: Path) -> None:
    put(mirror, WRONG)
    cached = put(cache, CONTENT)
    before = cached.stat()

    assert artifacts.fetch(PIN, cache, mirror) == cached
    assert cached.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.disable_socket
def test_a_damaged_file_in_the_cache_is_replaced(cache: Path, mirror: Path) -> None:
    put(cache, WRONG)
    put(mirror, CONTENT)

    assert artifacts.fetch(PIN, cache, mirror).read_bytes() == CONTENT
    assert left_in(cache) == [cache / PLACE]


@pytest.mark.disable_socket
def test_wrong_bytes_in_the_mirror_are_refused(cache: Path, mirror: Path) -> None:
    mirrored = put(mirror, WRONG)
    message = refusal(PIN, cache, mirror)

    assert message.startswith(f"{mirrored}: ")
    assert f"expected sha256 {DIGEST}" in message
    assert f"actual   sha256 {WRONG_DIGEST}" in message
    assert left_in(cache) == []


@pytest.mark.disable_socket
def test_a_refusal_leaves_no_damaged_file_in_the_cache(cache: Path, mirror: Path) -> None:
    put(cache, b"damaged")
    put(mirror, WRONG)
    refusal(PIN, cache, mirror)

    assert left_in(cache) == []


@pytest.mark.disable_socket
def test_all_artifacts_are_fetched_by_name(
    tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(mirror, CONTENT)
    monkeypatch.setenv("ARTIFACT_MIRROR", str(mirror))
    monkeypatch.chdir(tmp_path)

    assert artifacts.fetch_all({"one": PIN}) == {"one": artifacts.CACHE / PLACE}
    assert artifacts.fetch_all({}) == {}


@pytest.mark.disable_socket
def test_every_artifact_that_cannot_be_had_is_named(
    tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path("example.org/other.yaml")
    put(mirror, WRONG)
    put(mirror, WRONG, other)
    monkeypatch.setenv("ARTIFACT_MIRROR", str(mirror))
    monkeypatch.chdir(tmp_path)
    pins = {"one": PIN, "two": Pin(url=f"https://{other}", sha256=DIGEST)}

    with pytest.raises(ArtifactError) as caught:
        artifacts.fetch_all(pins)
    assert f"{mirror / PLACE}: " in str(caught.value)
    assert f"{mirror / other}: " in str(caught.value)
    assert left_in(tmp_path / artifacts.CACHE) == []


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
class TestThePublisher:
    """What a server does, right and wrong."""

    @pytest.fixture(autouse=True)
    def leaks_end_here(self) -> Iterator[None]:
        """The downloader leaves the connection of a refused transfer to the garbage collector."""
        yield
        gc.collect()

    @pytest.fixture
    def pin(self, httpserver: HTTPServer) -> Pin:
        return Pin(url=httpserver.url_for("/team/v1.0.0/release.yaml"), sha256=DIGEST)

    @pytest.fixture
    def cached(self, pin: Pin, cache: Path) -> Path:
        return cache / urlsplit(pin.url).netloc / "team/v1.0.0/release.yaml"

    def test_right_bytes_are_kept(
        self, httpserver: HTTPServer, pin: Pin, cache: Path, cached: Path
    ) -> None:
        httpserver.expect_ordered_request("/team/v1.0.0/release.yaml").respond_with_data(CONTENT)

        assert artifacts.fetch(pin, cache) == cached
        assert artifacts.fetch(pin, cache).read_bytes() == CONTENT
        assert left_in(cache) == [cached]
        assert len(httpserver.log) == 1

    def test_it_is_asked_when_the_mirror_lacks_the_file(
        self, httpserver: HTTPServer, pin: Pin, cache: Path, mirror: Path
    ) -> None:
        put(mirror, CONTENT)
        httpserver.expect_request("/team/v1.0.0/release.yaml").respond_with_data(CONTENT)

        assert artifacts.fetch(pin, cache, mirror).read_bytes() == CONTENT
        assert len(httpserver.log) == 1

    def test_wrong_bytes_are_refused(
        self, httpserver: HTTPServer, pin: Pin, cache: Path, cached: Path
    ) -> None:
        put(cache, b"damaged", cached.relative_to(cache))
        httpserver.expect_request("/team/v1.0.0/release.yaml").respond_with_data(WRONG)
        message = refusal(pin, cache)

        assert message.startswith(f"{pin.url}: ")
        assert DIGEST in message
        assert WRONG_DIGEST in message
        assert left_in(cache) == []

    def test_a_missing_file_is_named_with_each_way_to_get_it(
        self, httpserver: HTTPServer, pin: Pin, cache: Path
    ) -> None:
        httpserver.expect_request("/other").respond_with_data(CONTENT)
        httpserver.expect_request("/team/v1.0.0/release.yaml").respond_with_data(status=404)
        message = refusal(pin, cache)

        assert message.startswith(f"{pin.url}: cannot be fetched (404")
        assert "ARTIFACT_MIRROR is not set" in message
        assert "HTTPS_PROXY" in message
        assert "HOST/PATH" in message
        assert left_in(cache) == []

    def test_a_transfer_cut_off_half_way_is_refused(self, cache: Path) -> None:
        with serving_half() as port:
            pin = Pin(url=f"http://127.0.0.1:{port}/release.yaml", sha256=DIGEST)
            message = refusal(pin, cache)

        assert message.startswith(f"{pin.url}: cannot be fetched (")
        assert left_in(cache) == []

    def test_an_unreachable_one_is_named_with_where_was_looked(
        self, cache: Path, mirror: Path
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed_after:
            port = closed_after.getsockname()[1]
        pin = Pin(url=f"http://127.0.0.1:{port}/release.yaml", sha256=DIGEST)
        message = refusal(pin, cache, mirror)

        assert "refused" in message
        assert f"not in {mirror}/127.0.0.1:{port}/release.yaml" in message
        assert "ARTIFACT_MIRROR" in message
        assert left_in(cache) == []


class _Half(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(4096)
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
        self.request.sendall(head.encode() + CONTENT[: len(CONTENT) // 2])


class serving_half:  # noqa: N801 - reads as a statement
    """A server that closes the connection after half of the file; gives its port."""

    def __enter__(self) -> int:
        self._server = socketserver.TCPServer(("127.0.0.1", 0), _Half)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return int(self._server.server_address[1])

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
