"""Rules for what is installed, and for the entries of argocd-cm."""

from collections.abc import Iterator

from components.argo_cd.rules.base import rule
from components.argo_cd.settings import ArgoCdSettings
from components.shared import argo_cd_config
from settings.digests import digest_problems
from settings.problems import Path, Problem, dotted, put, remove
from upstream.versions import CATALOGUE

OF_ANY = frozenset({"enabled", "mode", "version", "namespace"})
"""Fields that say something about an Argo CD that somebody else installed, too."""


@rule("argoCd.mode", "argoCd.version", "argoCd.sha256", "argoCd.highAvailability")
def manifest_has_a_digest(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield an Argo CD version without a digest; the two variants are two files."""
    if argo.mode == "managed":
        yield from digest_problems("argoCd", argo, argo.variant)


@rule("argoCd.mode", "argoCd.version")
def argo_cd_is_not_older_than_3(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield a version that tracks resources by label.

    Ref: https://github.com/argoproj/argo-cd/blob/v3.0.0/docs/operator-manual/upgrading/2.14-3.0.md
    """
    if argo.mode == "managed" and int(argo.version.removeprefix("v").partition(".")[0]) < 3:  # noqa: PLR2004 the major version
        text = (
            f"{argo.version} is not supported: before v3.0.0 Argo CD tracks resources by a label "
            "that other controllers copy, and prunes what they made; allowed: v3.0.0 or newer. "
            f"Fix: {put('argoCd.version', CATALOGUE['argoCd'].version)}"
        )
        yield Problem("argoCd.version", text)


@rule("argoCd.mode")
def an_existing_argo_cd_is_not_installed(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield settings of an installation that this program does not make."""
    if argo.mode == "managed":
        return
    for field in sorted(argo.model_fields_set - OF_ANY):
        key = dotted(("argoCd", type(argo).model_fields[field].alias or field))
        text = (
            "has no effect on an Argo CD that somebody else installed (argoCd.mode is "
            f"existing); allowed: not set. Fix: {remove(key)}, or "
            f"{put('argoCd.mode', 'managed')} for an Argo CD that this program installs"
        )
        yield Problem(key, text)


@rule("argoCd.config")
def entries_of_argocd_cm_are_understood(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield entries of argocd-cm that Argo CD ignores, or that stop it for all applications."""
    for name, text in argo_cd_config.problems(argo.config).items():
        path: Path = ("argoCd", "config", name)
        fix = f"Fix: correct it, or {remove(dotted(path))}"
        yield Problem(dotted(path), f"Argo CD does not understand it: {text}. {fix}")
