"""The second way to a tool: its official download, never used unverified."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import shutil
import tarfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

import requests
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectTimeout,
    ProxyError,
    ReadTimeout,
    RequestException,
    SSLError,
)
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from tools.toolchain import cache
from tools.toolchain.pins import this_platform
from tools.toolchain.ways import NotTriedError, RefusedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.toolchain.pins import Download, Tool
    from tools.toolchain.progress import Progress

CONNECT_TIMEOUT = 5.0
STALL_TIMEOUT = 30.0
ATTEMPTS = 3
RETRY_AFTER = 1.0
BLOCK = 1 << 18


class Downloads:
    """The downloads of one run. Once a host cannot be reached, no other is tried."""

    def __init__(self) -> None:
        """Read TOOLS_MIRROR: a base URL or folder laid out HOST/PATH, or "none"."""
        self._mirror = os.environ.get("TOOLS_MIRROR", "")
        self._offline = "TOOLS_MIRROR=none" if self._mirror == "none" else ""

    @property
    def offline(self) -> bool:
        """Whether downloads are known to be closed."""
        return bool(self._offline)

    def install(self, name: str, tool: Tool, progress: Progress, into: Path) -> str:
        """Put the tool's files into a folder and return where they came from."""
        spec = tool.download
        if spec is None:
            msg = "there is none"
            raise NotTriedError(msg)
        if this_platform() not in spec.only:
            msg = f"none that can be verified for {this_platform()}"
            raise UnavailableError(msg)
        url = tool.expand(spec.url)
        self._check_online(url)
        pinned = spec.digests and spec.digests.sha256.get(this_platform())  # type: ignore[call-overload]
        expected = pinned or self._published(tool, spec, url)
        file = into / ".download"
        with progress.step(f"downloading {name} {tool.version}"), file.open("wb") as sink:
            actual = self._fetch(url, sink, progress)
        _compare(url, self._located(url), expected, actual)
        if not pinned:
            today = dt.datetime.now(tz=dt.UTC).date().isoformat()
            cache.accepted().put(url, {"sha256": actual, "date": today})
        _unpack(file, url, tool, into / name)
        file.unlink(missing_ok=True)
        return f"download {url} sha256:{actual}"

    def _published(self, tool: Tool, spec: Download, url: str) -> str:
        """Return what the publisher's checksum file says, unless it once said something else."""
        checksums = tool.expand(spec.checksums or "")
        text = io.BytesIO()
        self._fetch(checksums, text)
        said = digest_in(text.getvalue().decode(errors="replace"), url.rsplit("/", 1)[-1])
        if said is None:
            msg = f"{checksums} has no sha256 of it"
            raise UnavailableError(msg)
        known = cache.accepted().get(url)
        if known and known["sha256"] != said:
            msg = (
                f"{checksums} now says {said}, but {known['sha256']} was accepted"
                f" on {known['date']} (accepted.json in {cache.root() / 'tools'})"
            )
            raise RefusedError(msg)
        return said

    def _check_online(self, url: str) -> None:
        if self._offline:
            msg = f"{url} not tried: {self._offline}"
            raise NotTriedError(msg)

    def _located(self, url: str) -> str:
        """Return where a public URL is read from: there, or at the same HOST/PATH of the mirror."""
        if not self._mirror:
            return url
        parts = urlsplit(url)
        return f"{self._mirror.removeprefix('file://').rstrip('/')}/{parts.netloc}{parts.path}"

    def _fetch(self, url: str, sink: BinaryIO, progress: Progress | None = None) -> str:
        """Write what is behind a URL into the sink and return its sha256."""
        self._check_online(url)
        source = self._located(url)
        if "://" not in source:
            try:
                with Path(source).open("rb") as file:
                    blocks = iter(lambda: file.read(BLOCK), b"")
                    return _copy(blocks, Path(source).stat().st_size, sink, progress)
            except OSError as exc:
                msg = f"{source}: {exc.strerror}"
                raise UnavailableError(msg) from exc
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._stream(source, sink, progress)
            except (ChunkedEncodingError, requests.ConnectionError) as exc:
                if attempt == ATTEMPTS:
                    msg = f"{source} broke off {ATTEMPTS} times"
                    raise UnavailableError(msg) from exc
            sink.seek(0)
            sink.truncate()
            time.sleep(RETRY_AFTER)
        raise AssertionError

    def _stream(self, source: str, sink: BinaryIO, progress: Progress | None) -> str:
        """Read a URL once. A connection that breaks off is the only thing that is passed on."""
        try:
            # Unencoded, because the digest is that of the bytes as they are published.
            with requests.get(
                source,
                stream=True,
                timeout=(CONNECT_TIMEOUT, STALL_TIMEOUT),
                headers={"Accept-Encoding": "identity"},
            ) as response:
                if not response.ok:
                    msg = f"{source} answered {response.status_code} {response.reason}"
                    raise UnavailableError(msg)
                size = int(response.headers.get("Content-Length", 0))
                return _copy(response.iter_content(BLOCK), size, sink, progress)
        except RequestException as exc:
            if _unreachable(exc):
                host = urlsplit(source).netloc
                self._offline = f"{host} cannot be reached"
                msg = f"{source}: {self._offline} ({_reason(exc)})"
            elif _stalled(exc):
                msg = f"{source} sent nothing for {STALL_TIMEOUT:.0f} s"
            elif isinstance(exc, (ChunkedEncodingError, requests.ConnectionError)):
                raise
            else:
                msg = f"{source}: {_reason(exc)}"
            raise UnavailableError(msg) from exc


def digest_in(checksums: str, file: str) -> str | None:
    """Return a file's sha256 from a checksum file: lines of digest and name, or one bare digest."""
    for line in checksums.splitlines():
        digest, *rest = line.split() or [""]
        name = rest[-1].lstrip("*").removeprefix("./") if rest else file
        if name == file and re.fullmatch(r"[0-9a-fA-F]{64}", digest):
            return digest.lower()
    return None


def _compare(url: str, source: str, expected: str, actual: str) -> None:
    if actual != expected:
        mirrored = "" if source == url else f" (from {source})"
        msg = f"{url}{mirrored} is not the pinned file: expected sha256 {expected}, got {actual}"
        raise RefusedError(msg)


def _copy(blocks: Iterable[bytes], size: int, sink: BinaryIO, progress: Progress | None) -> str:
    digest = hashlib.sha256()
    done = 0
    for block in blocks:
        sink.write(block)
        digest.update(block)
        done += len(block)
        if progress:
            share = f"{100 * done // size} %, " if size else ""
            progress.update(f"{share}{done / 1e6:.1f} MB")
    return digest.hexdigest()


def _unpack(file: Path, url: str, tool: Tool, binary: Path) -> None:
    spec = tool.download
    try:
        if spec and spec.folder:
            _unpack_folder(file, tool.expand(spec.folder), binary.parent)
        elif spec and spec.member:
            _unpack_member(file, tool.expand(spec.member), binary)
        else:
            file.rename(binary)
        binary.chmod(0o755)
    except (tarfile.TarError, zipfile.BadZipFile, KeyError, OSError) as exc:
        msg = f"{url} cannot be unpacked: {exc}"
        raise UnavailableError(msg) from exc


def _unpack_folder(file: Path, folder: str, into: Path) -> None:
    with tarfile.open(file) as archive:
        for member in archive:
            inside = member.name.removeprefix("./")
            if inside.startswith(f"{folder}/"):
                member.name = inside.removeprefix(f"{folder}/")
                archive.extract(member, into, filter="data")


def _unpack_member(file: Path, member: str, binary: Path) -> None:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as zipped, binary.open("wb") as target:
            shutil.copyfileobj(zipped.open(member), target)
        return
    with tarfile.open(file) as archive, binary.open("wb") as target:
        content = archive.extractfile(member)
        if content is None:
            raise KeyError(member)
        shutil.copyfileobj(content, target)


def _unreachable(exc: RequestException) -> bool:
    return isinstance(exc, (ConnectTimeout, ProxyError, SSLError)) or isinstance(
        _cause(exc), NewConnectionError
    )


def _stalled(exc: RequestException) -> bool:
    return isinstance(exc, ReadTimeout) or isinstance(_cause(exc), ReadTimeoutError)


def _cause(exc: RequestException) -> object:
    inner = exc.args[0] if exc.args else None
    return getattr(inner, "reason", None) or inner


def _reason(exc: RequestException) -> str:
    return str(_cause(exc) or exc).rsplit(": ", 1)[-1]
