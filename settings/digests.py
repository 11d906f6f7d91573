"""Nothing is installed unverified: a version needs a digest, known or given."""

from collections.abc import Iterator
from typing import Protocol

from settings.problems import Problem, put, remove
from upstream.versions import CATALOGUE


class Versioned(Protocol):
    """The section of a unit that is installed from one artifact."""

    @property
    def version(self) -> str:
        """The version of the artifact."""

    @property
    def sha256(self) -> str | None:
        """Its digest, for a version that the catalogue lacks."""

    @property
    def model_fields_set(self) -> set[str]:
        """The fields that the stack file has."""


def digest_problems(unit: str, section: Versioned, variant: str) -> Iterator[Problem]:
    """Yield what is wrong with the version and the digest of a unit's artifact."""
    source = CATALOGUE[unit].artifacts[variant]
    if section.sha256 is None and section.version not in source.sha256:
        address = source.url.format(version=section.version)
        text = (
            f"{section.version} has no known sha256 ({variant}); allowed without one: "
            f"{', '.join(source.sha256)}. Fix: use one of these, or "
            f"{put(f'{unit}.sha256', 'DIGEST')} with the digest of {address}"
        )
        yield Problem(f"{unit}.version", text)
    if section.sha256 is not None and "version" not in section.model_fields_set:
        text = (
            "set without a version; allowed: together with the version whose digest it is. "
            f"Fix: {put(f'{unit}.version', section.version)}, or {remove(f'{unit}.sha256')}"
        )
        yield Problem(f"{unit}.sha256", text)
