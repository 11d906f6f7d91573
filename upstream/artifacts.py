"""Pinned artifacts as files in the checkout: cache, then mirror, then download; verified always.

The cache is inside the checkout and a Release refers to its chart by a path relative to it, so the
inputs of a resource are the same on every machine.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from errors import ArtifactError, ArtifactUnreachableError
from upstream.versions import Pin

CACHE = Path(".cache/artifacts")
"""Relative to the project folder, which is the working directory of the program."""

MIRROR_VARIABLE = "ARTIFACT_MIRROR"
"""Environment variable: a folder laid out HOST/PATH, as `wget -x` makes it, or `none`: nothing but
the cache."""

CACHE_ONLY = "none"

TIMEOUT_SECONDS = 30


def fetch_all(pins: Mapping[str, Pin]) -> dict[str, Path]:
    """Return the path of each artifact; one ArtifactError lists every one that cannot be had."""
    fetched: dict[str, Path] = {}
    problems: list[str] = []
    kind: type[ArtifactError] = ArtifactUnreachableError
    for name, pin in pins.items():
        try:
            fetched[name] = fetch(pin)
        except ArtifactError as error:
            problems.append(str(error))
            if not isinstance(error, ArtifactUnreachableError):
                kind = ArtifactError
    if problems:
        raise kind("\n".join(problems))
    return fetched


def fetch(pin: Pin, cache: Path = CACHE, mirror: Path | None = None) -> Path:
    """Return the path of a verified copy of the artifact below `cache`.

    `mirror` defaults to the folder that ARTIFACT_MIRROR names. A file with other bytes than the
    pinned ones is refused wherever it comes from, and is never left in the cache.

    Raises ArtifactError with the source, the expected and the actual digest, or with each way
    tried.
    """
    if there := cached(pin, cache):
        return there
    place = _place(pin.url)
    target = cache / place
    target.unlink(missing_ok=True)
    if mirror is None:
        mirror = _mirror_folder()
    _retrieve(pin, target, mirror / place if mirror else None)
    return target


def cached(pin: Pin, cache: Path = CACHE) -> Path | None:
    """Return the path of a verified copy that is there already, else None."""
    path = cache / _place(pin.url)
    return path if path.is_file() and digest_of(path) == pin.sha256 else None


def mirrored(url: str) -> Path | None:
    """Return the file that the mirror has for an address, unverified; None where it has none."""
    folder = _mirror_folder()
    path = folder / _place(url) if folder else None
    return path if path and path.is_file() else None


def _mirror_folder() -> Path | None:
    named = os.environ.get(MIRROR_VARIABLE)
    return Path(named).expanduser() if named and named != CACHE_ONLY else None


def digest_of(path: Path) -> str:
    """Return the SHA-256 digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(url: str) -> Path:
    parts = urlsplit(url)
    return Path(parts.netloc, *Path(parts.path.lstrip("/")).parts)


def _retrieve(pin: Pin, target: Path, mirrored: Path | None) -> None:
    # Imported here: a run that finds everything in the cache needs neither, and they take 0.2 s.
    import pooch  # noqa: PLC0415
    import requests  # noqa: PLC0415

    source = str(mirrored) if mirrored and mirrored.is_file() else pin.url

    def download(url: str, output_file: str, _pooch: object) -> None:
        if mirrored and mirrored.is_file():
            shutil.copyfile(mirrored, output_file)
        elif os.environ.get(MIRROR_VARIABLE) == CACHE_ONLY:
            raise OSError("downloads are left out")
        else:
            pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS)(url, output_file, None)

    pooch.get_logger().setLevel("WARNING")
    try:
        # pooch downloads beside the target, verifies, and only then moves the file into place.
        pooch.retrieve(
            pin.url,
            known_hash=f"sha256:{pin.sha256}",
            fname=target.name,
            path=target.parent,
            downloader=download,
        )
    except ValueError as exc:  # pooch's word for "the digest does not match"
        actual = str(exc).partition(" but got ")[2].partition(".")[0] or "another one"
        msg = (
            f"{source}: the bytes are not the pinned ones; refused\n"
            f"  expected sha256 {pin.sha256}\n"
            f"  actual   sha256 {actual}\n"
            "  the release was changed, or the mirror is broken: compare with the publisher"
        )
        raise ArtifactError(msg) from exc
    except (requests.RequestException, OSError) as exc:
        named = os.environ.get(MIRROR_VARIABLE) or "not set"
        where = f"not in {mirrored}" if mirrored else f"{MIRROR_VARIABLE} is {named}"
        msg = (
            f"{pin.url}: cannot be fetched ({_reason(exc)}; {where})\n"
            "  make the address reachable (HTTPS_PROXY is honoured), or set "
            f"{MIRROR_VARIABLE} to a folder that holds it as HOST/PATH"
        )
        raise ArtifactUnreachableError(msg) from exc


def _reason(exc: Exception) -> str:
    cause: BaseException = exc
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
    return str(cause) or type(cause).__name__
