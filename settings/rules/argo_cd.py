"""Rules for Argo CD."""

from collections.abc import Iterator

from settings.models import Settings
from settings.problems import Problem, put
from settings.rules.digests import digest_problems
from settings.rules.registry import rule
from upstream.versions import CATALOGUE


@rule("argoCd.version", "argoCd.sha256", "argoCd.highAvailability")
def manifest_has_adigest_problems(settings: Settings) -> Iterator[Problem]:
    """Yield an Argo CD version without a digest; the two variants are two files."""
    return digest_problems("argoCd", settings.argo_cd, settings.argo_cd.variant)


@rule("argoCd.version")
def argo_cd_is_not_older_than_3(settings: Settings) -> Iterator[Problem]:
    """Yield a version that tracks resources by label.

    Ref: https://github.com/argoproj/argo-cd/blob/v3.0.0/docs/operator-manual/upgrading/2.14-3.0.md
    """
    version = settings.argo_cd.version
    if int(version.removeprefix("v").partition(".")[0]) < 3:  # noqa: PLR2004 the major version
        text = (
            f"{version} is not supported: before v3.0.0 Argo CD tracks resources by a label that "
            "other controllers copy, and prunes what they made; allowed: v3.0.0 or newer. "
            f"Fix: {put('argoCd.version', CATALOGUE['argoCd'].version)}"
        )
        yield Problem("argoCd.version", text)
