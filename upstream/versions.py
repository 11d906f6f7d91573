"""The catalogue of what can be installed: `versions.yaml`, read once and checked.

Ref: docs/adr/0006-pinned-artifacts.md
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from errors import ArtifactError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest: 64 lower-case hexadecimal digits."""


class Pin(BaseModel):
    """One file to fetch: where it is published, and the digest that its bytes must have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    sha256: Sha256


class Source(BaseModel):
    """One kind of artifact over all its versions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(pattern=r"^https://.*\{version\}")]
    sha256: Annotated[Mapping[str, Sha256], Field(min_length=1)]


class Product(BaseModel):
    """One upstream product: its default version and its artifacts by variant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    artifacts: Annotated[Mapping[str, Source], Field(min_length=1)]

    def pin(self, variant: str, version: str, sha256: str | None = None) -> Pin:
        """Return the artifact of a version; `sha256` stands in for a digest not in the catalogue.

        Raises ArtifactError when neither gives a digest: nothing is installed unverified.
        """
        source = self.artifacts[variant]
        digest = sha256 or source.sha256.get(version)
        if digest is None:
            known = ", ".join(source.sha256)
            msg = f"no sha256 is known for version {version}; known versions: {known}"
            raise ArtifactError(msg)
        return Pin(url=source.url.format(version=version), sha256=digest)


def numbers(version: str) -> tuple[int, ...] | None:
    """Return the numbers of `v3.5.1` or `1.8.3`, whatever follows them; None if it has none."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(number) for number in found.groups()) if found else None


def load(path: Path) -> dict[str, Product]:
    """Return the products of a catalogue file by unit name."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {unit: Product.model_validate(entry) for unit, entry in document.items()}


CATALOGUE: Mapping[str, Product] = load(Path(__file__).with_name("versions.yaml"))
"""What this program knows how to install, by unit name as in the stack file."""
