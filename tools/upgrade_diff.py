"""Show what another version of a unit changes: every object of the stack, before and after.

The artifact is fetched, and verified against --sha256 or upstream/versions.yaml. Where neither has
a digest, the one found is printed: compare it with a record of the publisher before you use it.
Markdown goes to stdout; no cluster and no credentials are needed.

Exit codes: 0 shown, 1 not fetched, other bytes than expected, or refused settings, 2 wrong usage.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
import requests

from components.argo_cd.settings import ArgoCdSettings
from errors import ArtifactError, ArtifactUnreachableError, PlatformError
from stack.settings import Settings
from tools import charts, entry, toolchain
from tools.object_diff import KubeObject, Section, compare, document
from tools.render.__main__ import render
from tools.render.recorder import record_program
from tools.stack_files import NAMESPACE, raw_config, with_seed
from upstream import artifacts
from upstream.versions import CATALOGUE, Pin

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted(CATALOGUE.keys() & {field.alias for field in Settings.model_fields.values()})
"""What has a version in the stack file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, verify, render twice, compare."""
    options = parser().parse_args(arguments)
    os.chdir(ROOT)
    os.environ.pop("KUBECONFIG", None)
    try:
        print(upgrade_diff(options), end="")
    except (PlatformError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="make upgrade-diff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--unit", required=True, choices=UNITS)
    words.add_argument("--version", required=True, help="what to change to")
    words.add_argument("--sha256", help="digest that the artifact must have")
    words.add_argument("--from", dest="base", help="what to change from (default: the stack's)")
    words.add_argument("--stack", default="dev", help="whose settings to render with")
    return words


def upgrade_diff(options: argparse.Namespace) -> str:
    """Return the difference as Markdown."""
    config = with_seed(raw_config(ROOT, options.stack))
    section = _section(config, options.unit)
    pin = _pin(options, section)
    fetched = artifacts.fetch(pin)
    _say(f"{pin.url}\n  sha256 {pin.sha256}, {fetched.stat().st_size} bytes")
    base = str(options.base or section.get("version") or CATALOGUE[options.unit].version)
    # The digest of the stack file is that of its own version.
    digest = None if options.base else section.get("sha256")
    notes = ["rendered twice, without cluster and state"]
    helm = toolchain.present("helm")["helm"]
    path = helm.path if helm else None
    if path is None:
        notes.append("helm is not there, so the inside of charts is not shown; make tools gets it")
    sides = [
        rendered_objects(_at(config, options.unit, version, sha256), options.stack, path)
        for version, sha256 in ((base, digest), (options.version, pin.sha256))
    ]
    found = Section(options.stack, tuple(compare(*sides)), tuple(notes))
    title = f"{options.unit}: from {base} to {options.version}"
    return document([found], title=title, marker="").lstrip("\n")


def rendered_objects(config: Mapping[str, str], stack: str, helm: Path | None) -> list[KubeObject]:
    """Return what the stack installs, in place of each Release the objects of its chart."""
    files = render(record_program(ROOT, config, stack))
    found = []
    for path, content in files.items():
        unit = path.parent.name
        if helm and content["kind"] == "Release":
            inside = charts.rendered(content, ROOT, helm, definitions=True)
            found += [KubeObject(unit, manifest, str(content["name"])) for manifest in inside]
        else:
            found.append(KubeObject(unit, content))
    return found


def _section(config: Mapping[str, str], unit: str) -> dict[str, Any]:
    return dict(json.loads(config.get(NAMESPACE + unit, "{}")))


def _at(config: Mapping[str, str], unit: str, version: str, sha256: Any) -> dict[str, str]:
    """Return the configuration with a unit on, at a version."""
    section = {k: v for k, v in _section(config, unit).items() if k != "sha256"}
    digest = {"sha256": sha256} if sha256 else {}
    changed = section | {"enabled": True, "version": version} | digest
    return {**config, NAMESPACE + unit: json.dumps(changed)}


def _pin(options: argparse.Namespace, section: Mapping[str, Any]) -> Pin:
    """Return the artifact with the digest that is given, known, or found."""
    source = CATALOGUE[options.unit].artifacts[_variant(options.unit, section)]
    url = source.url.format(version=options.version)
    known = options.sha256 or source.sha256.get(options.version)
    if known is None:
        known = _digest_of_what_is_published(url)
        _say(
            f"no digest is given or known; the one found is {known}\n"
            "  it says nothing until it is compared with a record of the publisher"
        )
    return Pin(url=url, sha256=known)


def _variant(unit: str, section: Mapping[str, Any]) -> str:
    if unit == "argoCd":
        wanted = {"highAvailability": section.get("highAvailability", False)}
        return ArgoCdSettings.model_validate(wanted).variant
    return next(iter(CATALOGUE[unit].artifacts))


def _digest_of_what_is_published(url: str) -> str:
    if mirrored := artifacts.mirrored(url):
        return artifacts.digest_of(mirrored)
    try:
        answer = requests.get(url, timeout=artifacts.TIMEOUT_SECONDS)
        answer.raise_for_status()
    except requests.HTTPError as error:
        raise ArtifactError(f"{url}: {error}; is there such a version?") from error
    except requests.RequestException as error:
        raise ArtifactUnreachableError(f"{url}: cannot be fetched ({error})") from error
    return hashlib.sha256(answer.content).hexdigest()


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    entry.run(main)
