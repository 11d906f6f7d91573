"""Print the lock file to install from; runs before any package is installed.

The engine wants exactly the provider plugin that the Python package names, and the plugin of the
newest package exists only as an official download. Where that cannot be had, the floor's is built.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import threading
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
NEWEST = "requirements.lock"
FLOOR = "requirements-floor.lock"
SECONDS = 5


def choose(root: Path = ROOT) -> str:
    """Return LOCK if it is set, else the newest lock if its plugin can be had, else the floor's."""
    chosen = os.environ.get("LOCK")
    if chosen:
        return chosen
    version = plugin_version(root / NEWEST)
    plugin = f"pulumi-home/plugins/resource-kubernetes-v{version}/pulumi-resource-kubernetes"
    if os.path.isfile(cache_root() / plugin):  # noqa: PTH113 - Path's raises where one may not look
        return NEWEST
    urls = plugin_urls((root / "tools/toolchain/pins.yaml").read_text(), version)
    return NEWEST if all_answer(urls) else FLOOR


def plugin_version(lock: Path) -> str:
    """Return the version of pulumi-kubernetes that a lock file installs."""
    found = re.search(r"^pulumi-kubernetes==([\w.]+)", lock.read_text(), re.MULTILINE)
    if found is None:
        msg = f"{lock} has no line pulumi-kubernetes==VERSION"
        raise SystemExit(msg)
    return found[1]


def plugin_urls(pins: str, version: str) -> list[str]:
    """Return the plugin's archive and checksum file from the text of the pin file."""
    section = pins.partition("\nplugins:\n")[2]
    found = [re.search(rf"^ +{key}: (\S+)$", section, re.MULTILINE) for key in ("url", "checksums")]
    machine = platform.machine().lower()
    arch = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    values = {"version": version, "os": platform.system().lower(), "arch": arch}
    return [match[1].format(**values) for match in found if match]


def cache_root() -> Path:
    """Return the toolchain's cache folder; a test compares it with the toolchain's own answer."""
    chosen = os.environ.get("GITOPS_BOOTSTRAP_CACHE")
    if chosen:
        return Path(chosen)
    # Path.home raises for a user who has none; the toolchain tells what to do about that.
    home = Path(os.path.expanduser("~"))  # noqa: PTH111
    if platform.system() == "Darwin":
        return home / "Library/Caches/gitops-bootstrap"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "gitops-bootstrap"


def all_answer(urls: list[str]) -> bool:
    """Return whether all URLs, or their places in TOOLS_MIRROR, can be read; within seconds."""
    answers: list[bool] = []
    # Threads, because a name that does not resolve is not subject to the client's timeout.
    threads = [
        threading.Thread(target=lambda url=url: answers.append(answers_well(url)), daemon=True)
        for url in map(located, urls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return bool(urls) and len(answers) == len(urls) and all(answers)


def located(url: str) -> str:
    """Return where a public URL is read from, as the toolchain reads TOOLS_MIRROR."""
    mirror = os.environ.get("TOOLS_MIRROR", "").removeprefix("file://").rstrip("/")
    parts = urlsplit(url)
    return f"{mirror}/{parts.netloc}{parts.path}" if mirror else url


def answers_well(source: str) -> bool:
    """Return whether a file or URL can be read; its content is left alone."""
    if "://" not in source:
        return Path(source).is_file()
    try:
        # GET, because not each publisher answers HEAD.
        with urllib.request.urlopen(source, timeout=SECONDS):  # noqa: S310 - from the pin file
            return True
    except (OSError, ValueError):
        return False


def main() -> None:
    """Print the name."""
    parser = argparse.ArgumentParser(
        description=f"Print {NEWEST} or {FLOOR}, whichever can be run here.",
        epilog="Exit codes: 0 printed, 1 a file cannot be read, 2 wrong usage."
        " Environment: LOCK (wins), GITOPS_BOOTSTRAP_CACHE, TOOLS_MIRROR, HTTPS_PROXY.",
    )
    parser.parse_args()
    try:
        print(choose())
    except OSError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
