"""Rules for Tekton."""

from collections.abc import Iterator

from components.tekton.settings import TektonSettings
from settings.digests import digest_problems
from settings.problems import Problem, put, remove
from settings.registry import Rules
from upstream.versions import CATALOGUE

rule = Rules[TektonSettings]()

_SINCE_1_13 = {
    "featureFlags": (
        "enable-informer-cache-transforms",
        "enable-termination-message-compression",
    ),
    "defaults": ("default-create-container-error-timeout",),
}
"""Keys that v1.12 does not know.

Ref: https://github.com/tektoncd/pipeline/blob/v1.12.2/config/config-feature-flags.yaml
"""


@rule("tekton.version", "tekton.sha256")
def pipelines_have_a_digest(tekton: TektonSettings) -> Iterator[Problem]:
    """Yield a version of Pipelines without a digest: nothing is installed unverified."""
    return digest_problems("tekton", tekton, "release")


@rule("tekton.version")
def pipelines_are_not_older_than_1_12(tekton: TektonSettings) -> Iterator[Problem]:
    """Yield a version without the fixes of the Git resolver's CVEs.

    Ref: https://github.com/tektoncd/pipeline/security/advisories/GHSA-94jr-7pqp-xhcq
    """
    version = tekton.version
    if _minor(version) < (1, 12):
        text = (
            f"{version} is not supported: before v1.12.0 the Git resolver has known "
            "vulnerabilities; allowed: v1.12.0 or newer. "
            f"Fix: {put('tekton.version', CATALOGUE['tekton'].version)}"
        )
        yield Problem("tekton.version", text)


@rule("tekton.version", "tekton.featureFlags", "tekton.defaults")
def keys_exist_in_the_version(tekton: TektonSettings) -> Iterator[Problem]:
    """Yield keys that the version would not know."""
    if _minor(tekton.version) >= (1, 13):
        return
    entries = {"featureFlags": tekton.feature_flags.entries, "defaults": tekton.defaults.entries}
    for section, names in _SINCE_1_13.items():
        for name in names:
            if name in entries[section]:
                key = f"tekton.{section}.{name}"
                text = (
                    f"{tekton.version} does not know it; allowed: from v1.13.0 on. "
                    f"Fix: {remove(key)}"
                )
                yield Problem(key, text)


@rule("tekton.featureFlags")
def read_only_containers_have_a_security_context(tekton: TektonSettings) -> Iterator[Problem]:
    """Yield the flag for read-only filesystems where it would have no effect."""
    flags = tekton.feature_flags
    if flags.set_security_context_read_only_root_filesystem and not flags.set_security_context:
        key = "tekton.featureFlags.set-security-context-read-only-root-filesystem"
        other = "tekton.featureFlags.set-security-context"
        text = (
            f"true has no effect: {other} is not true; allowed: together with it. "
            f"Fix: {put(other, 'true')}, or {remove(key)}"
        )
        yield Problem(key, text)


@rule("tekton.dashboard")
def dashboard_is_pinned(tekton: TektonSettings) -> Iterator[Problem]:
    """Yield a Dashboard without address or digest: its releases are not in the catalogue."""
    dashboard = tekton.dashboard
    if not dashboard.enabled:
        return
    for name, value, example in (
        ("url", dashboard.url, "ADDRESS of release.yaml"),
        ("sha256", dashboard.sha256, "DIGEST"),
    ):
        if value is None:
            key = f"tekton.dashboard.{name}"
            text = (
                "not set, and nothing is installed unverified; allowed: the address and the "
                "digest of a read-only release of the Dashboard. "
                f"Fix: {put(key, example)}, or {put('tekton.dashboard.enabled', 'false')}"
            )
            yield Problem(key, text)


def _minor(version: str) -> tuple[int, int]:
    major, minor, _ = version.removeprefix("v").split(".")
    return int(major), int(minor)
