"""The official download: verified, complete, or not there at all."""

import contextlib
import io
import json
import socket
import socketserver
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from errors import ToolError
from tools.toolchain import download, ensure
from tools.toolchain.resolve import resolve

from .conftest import STEP, downloadable, program, sha256

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Pinned = Callable[..., None]
URL = "/v{version}/tool-{os}-{arch}"
PATH = "/v1.2.3/tool-linux-amd64"
CHECKSUMS = "/v1.2.3/SHA256SUMS"


@pytest.fixture
def at_server(httpserver: HTTPServer) -> str:
    return httpserver.url_for(URL).replace("%7B", "{").replace("%7D", "}")


def nothing_is_left(cache_root: Path) -> bool:
    """Whether neither the tool nor half of it lies in the cache."""
    folders = [cache_root / "tools/tool", cache_root / "partial"]
    return not [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_right_bytes_become_an_executable_program(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    httpserver.expect_request(PATH).respond_with_data(program())
    pinned(tool=downloadable(at_server, program()))
    found = resolve("tool")["tool"]
    assert found.path == cache_root / "tools/tool/1.2.3/tool"
    assert found.path.read_bytes() == program()
    assert found.path.stat().st_mode & 0o111
    assert found.source == f"download {httpserver.url_for(PATH)} sha256:{sha256(program())}"
    assert not list((cache_root / "partial").iterdir())


def test_wrong_bytes_are_refused_with_both_digests(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    httpserver.expect_request(PATH).respond_with_data(b"other")
    pinned(tool=downloadable(at_server, program()))
    with pytest.raises(ToolError) as raised:
        ensure("tool")
    message = str(raised.value)
    assert httpserver.url_for(PATH) in message
    assert f"expected sha256 {sha256(program())}, got {sha256(b'other')}" in message
    assert nothing_is_left(cache_root)


def test_a_refused_download_is_not_replaced_by_a_build(
    httpserver: HTTPServer, at_server: str, pinned: Pinned
) -> None:
    httpserver.expect_request(PATH).respond_with_data(b"other")
    pinned(tool=downloadable(at_server, program()) | {"build": STEP})
    with pytest.raises(ToolError, match="is not the pinned file") as raised:
        ensure("tool")
    assert "Go build" not in str(raised.value)


HEAD = f"HTTP/1.1 200 OK\r\nContent-Length: {len(program())}\r\n\r\n".encode()
WHOLE = [HEAD + program()]
HALF = [HEAD + program()[:20]]


@pytest.fixture
def wire() -> Iterator[Callable[..., str]]:
    """Return a function that starts a server with one script per connection and returns its URL.

    A script is bytes to send and seconds to pause; the connection ends with it. It is bare, because
    a proper server corrects the lengths that are wrong here on purpose.
    """
    servers: list[socketserver.TCPServer] = []

    def start(*scripts: list[bytes | float]) -> str:
        left = list(scripts)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.recv(65536)
                script = left.pop(0) if len(left) > 1 else left[0]
                with contextlib.suppress(OSError):
                    for part in script:
                        if isinstance(part, bytes):
                            self.request.sendall(part)
                        else:
                            time.sleep(part)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True  # the pauses are not waited for
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/tool"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_connection_cut_half_way_is_tried_again(
    wire: Callable[..., str], pinned: Pinned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "BLOCK", 8)  # so that some of the half gets as far as the file
    pinned(tool=downloadable(wire(HALF, WHOLE), program()))
    assert ensure("tool")["tool"].read_bytes() == program()


@pytest.mark.parametrize("script", [[], HALF], ids=["before the answer", "half-way"])
def test_a_connection_that_is_always_cut_is_given_up(
    wire: Callable[..., str], pinned: Pinned, cache_root: Path, script: list[bytes | float]
) -> None:
    pinned(tool=downloadable(wire(script), program()))
    with pytest.raises(ToolError, match="broke off 3 times"):
        ensure("tool")
    assert nothing_is_left(cache_root)


def test_an_absent_file_is_asked_for_once(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=404)
    pinned(tool=downloadable(at_server, program()))
    with pytest.raises(ToolError, match=f"{PATH} answered 404"):
        ensure("tool")
    assert len(httpserver.log) == 1
    assert nothing_is_left(cache_root)


@pytest.mark.parametrize("sent_before", [[], HALF], ids=["no answer", "half"])
def test_a_server_that_stalls_is_given_up_in_time(
    wire: Callable[..., str],
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    sent_before: list[bytes | float],
) -> None:
    monkeypatch.setattr(download, "STALL_TIMEOUT", 0.1)
    pinned(tool=downloadable(wire([*sent_before, 5.0]), program()))
    start = time.monotonic()
    with pytest.raises(ToolError, match="sent nothing for"):
        ensure("tool")
    assert time.monotonic() - start < 4


def test_a_slow_server_that_keeps_sending_is_waited_for(
    wire: Callable[..., str], pinned: Pinned, monkeypatch: pytest.MonkeyPatch
) -> None:
    trickle = [part for byte in program() for part in (bytes([byte]), 0.03)]
    monkeypatch.setattr(download, "STALL_TIMEOUT", 1.0)
    pinned(tool=downloadable(wire([HEAD, *trickle]), program()))
    assert ensure("tool")["tool"].read_bytes() == program()


def test_after_one_unreachable_host_no_other_is_tried(
    httpserver: HTTPServer, at_server: str, pinned: Pinned
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/first"
    pinned(
        first=downloadable(nobody, program()),
        second=downloadable(at_server, program()),
    )
    with pytest.raises(ToolError) as raised:
        ensure("first", "second")
    assert "cannot be reached" in str(raised.value)
    assert f"{httpserver.url_for(PATH)} not tried" in str(raised.value)
    assert not httpserver.log


@pytest.mark.parametrize("kind", ["url", "folder", "file url"])
def test_a_mirror_is_read_at_host_and_path(
    httpserver: HTTPServer,
    pinned: Pinned,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
) -> None:
    mirrored = f"mirror/releases.example.org{PATH}"
    httpserver.expect_request(f"/{mirrored}").respond_with_data(program())
    (tmp_path / mirrored).parent.mkdir(parents=True)
    (tmp_path / mirrored).write_bytes(program())
    places = {
        "url": httpserver.url_for("/mirror/"),
        "folder": str(tmp_path / "mirror"),
        "file url": f"file://{tmp_path}/mirror",
    }
    monkeypatch.setenv("TOOLS_MIRROR", places[kind])
    pinned(tool=downloadable(f"https://releases.example.org{URL}", program()))
    assert ensure("tool")["tool"].read_bytes() == program()


def test_a_mirror_that_lacks_the_file_is_named(
    pinned: Pinned, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", str(tmp_path))
    pinned(tool=downloadable(f"https://releases.example.org{URL}", program()))
    with pytest.raises(ToolError, match=f"{tmp_path}/releases.example.org{PATH}: No such file"):
        ensure("tool")


def test_the_mirror_none_leaves_downloads_out(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLS_MIRROR", "none")
    pinned(tool=downloadable(at_server, program()))
    with pytest.raises(ToolError, match="not tried: TOOLS_MIRROR=none"):
        ensure("tool")
    assert not httpserver.log


def archived(kind: str) -> bytes:
    buffer = io.BytesIO()
    files = {"tool-1.2.3/tool": program(), "tool-1.2.3/lib/host": b"beside it", "README": b"no"}
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as zipped:
            for name, content in files.items():
                zipped.writestr(name, content)
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_one_member_of_an_archive_is_unpacked(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, kind: str
) -> None:
    httpserver.expect_request(f"{PATH}.{kind}").respond_with_data(archived(kind))
    fields = {"member": "tool-{version}/tool", "ext": {"linux": kind}}
    pinned(tool=downloadable(f"{at_server}.{{ext}}", archived(kind), **fields))
    binary = ensure("tool")["tool"]
    assert binary.read_bytes() == program()
    assert {path.name for path in binary.parent.iterdir()} == {"tool", ".source"}


def test_a_folder_of_an_archive_is_unpacked_whole(
    httpserver: HTTPServer, at_server: str, pinned: Pinned
) -> None:
    content = archived("tar.gz")
    httpserver.expect_request(PATH).respond_with_data(content)
    pinned(tool=downloadable(at_server, content, folder="tool-{version}"))
    folder = ensure("tool")["tool"].parent
    assert (folder / "lib/host").read_bytes() == b"beside it"
    assert not (folder / "README").exists()


def test_an_archive_without_the_member_is_not_installed(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    content = archived("tar.gz")
    httpserver.expect_request(PATH).respond_with_data(content)
    pinned(tool=downloadable(at_server, content, member="elsewhere/tool"))
    with pytest.raises(ToolError, match="cannot be unpacked"):
        ensure("tool")
    assert nothing_is_left(cache_root)


def test_a_program_of_another_version_is_not_installed(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    content = program("1.2.4")
    httpserver.expect_request(PATH).respond_with_data(content)
    pinned(tool=downloadable(at_server, content))
    with pytest.raises(ToolError, match=r"reports version 1\.2\.4, not 1\.2\.3"):
        ensure("tool")
    assert nothing_is_left(cache_root)


def published(httpserver: HTTPServer, at_server: str, text: str) -> dict[str, object]:
    """Return a download that only the publisher's checksum file vouches for."""
    httpserver.expect_request(PATH).respond_with_data(program())
    httpserver.expect_request(CHECKSUMS).respond_with_data(text)
    sums = httpserver.url_for(CHECKSUMS)
    return {"download": {"url": at_server, "only": ["linux/amd64"], "checksums": sums}}


def test_what_the_publisher_says_is_accepted_and_recorded(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    pinned(tool=published(httpserver, at_server, f"{sha256(program())}  tool-linux-amd64\n"))
    assert ensure("tool")["tool"].read_bytes() == program()
    record = json.loads((cache_root / "tools/accepted.json").read_text())
    assert list(record) == [httpserver.url_for(PATH)]
    assert record[httpserver.url_for(PATH)]["sha256"] == sha256(program())
    assert record[httpserver.url_for(PATH)]["date"]


def test_a_publisher_that_says_something_else_later_is_refused(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    record = {httpserver.url_for(PATH): {"sha256": sha256(b"old"), "date": "2026-01-02"}}
    (cache_root / "tools").mkdir(parents=True)
    (cache_root / "tools/accepted.json").write_text(json.dumps(record))
    pinned(tool=published(httpserver, at_server, sha256(program())))
    with pytest.raises(ToolError) as raised:
        ensure("tool")
    message = str(raised.value)
    assert (
        f"now says {sha256(program())}, but {sha256(b'old')} was accepted on 2026-01-02" in message
    )
    assert json.loads((cache_root / "tools/accepted.json").read_text()) == record
    assert nothing_is_left(cache_root)


def test_bytes_that_the_publisher_does_not_vouch_for_are_refused_and_not_recorded(
    httpserver: HTTPServer, at_server: str, pinned: Pinned, cache_root: Path
) -> None:
    pinned(tool=published(httpserver, at_server, sha256(b"others")))
    with pytest.raises(ToolError, match="is not the pinned file"):
        ensure("tool")
    assert not (cache_root / "tools/accepted.json").exists()


def test_a_checksum_file_without_the_file_closes_this_way(
    httpserver: HTTPServer, at_server: str, pinned: Pinned
) -> None:
    pinned(tool=published(httpserver, at_server, "<html>please log in</html>"))
    with pytest.raises(ToolError, match="has no sha256 of it"):
        ensure("tool")


DIGEST = "ab" * 32


@pytest.mark.parametrize(
    "text, found",
    [
        (f"{DIGEST}\n", DIGEST),
        (f"{'0' * 64}  other\n{DIGEST}  tool\n", DIGEST),
        (f"{DIGEST} *tool", DIGEST),
        (f"{DIGEST.upper()}  ./tool", DIGEST),
        (f"{DIGEST}  another-tool", None),
        (f"{DIGEST[:40]}  tool", None),
        ("", None),
    ],
    ids=["bare", "list", "binary mark", "upper case", "other name", "sha1", "empty"],
)
def test_a_digest_is_read_from_a_checksum_file(text: str, found: str | None) -> None:
    assert download.digest_in(text, "tool") == found
