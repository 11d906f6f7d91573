"""The catalogue: readable for the update bot, complete, and nothing in it floats."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from errors import ArtifactError
from upstream import versions
from upstream.versions import CATALOGUE, Product

ROOT = Path(__file__).parents[3]
FILE = ROOT / "upstream/versions.yaml"
SOURCES = [
    pytest.param(product, variant, id=f"{unit}-{variant}")
    for unit, product in CATALOGUE.items()
    for variant in product.artifacts
]
ONLY_STANDARD = {("argoCd", "v2.7.18"), ("argoCd", "v3.2.11")}
"""Versions that one variant of a unit has and another lacks, on purpose."""


def bot_pattern() -> str:
    """Return the pattern that renovate.json5 has for the catalogue, as Python spells it."""
    text = (ROOT / "renovate.json5").read_text(encoding="utf-8")
    found = re.findall(
        r'managerFilePatterns: \["/\^(.*)\$/"\],\s*matchStrings: \[\s*("# renovate: .*"),', text
    )
    ours = [
        pattern
        for files, pattern in found
        if re.fullmatch(files.replace("\\\\", "\\"), "upstream/versions.yaml")
    ]
    assert len(ours) == 1, "one manager of the bot reads the catalogue"
    return str(json.loads(ours[0])).replace("(?<", "(?P<")


def test_the_bot_reads_the_version_of_every_product() -> None:
    seen = [
        match["currentValue"]
        for match in re.finditer(bot_pattern(), FILE.read_text(encoding="utf-8"))
    ]

    assert seen
    assert seen == [product.version for product in CATALOGUE.values()]


def test_the_bot_is_told_where_a_chart_is_published() -> None:
    found = list(re.finditer(bot_pattern(), FILE.read_text(encoding="utf-8")))
    charts = [match for match in found if match["datasource"] == "helm"]

    assert charts
    assert all((match["registryUrl"] or "").startswith("https://") for match in charts)


def test_a_held_product_is_held_for_the_bot_too() -> None:
    held = re.findall(r"# Held below (\S+):", FILE.read_text(encoding="utf-8"))
    text = (ROOT / "renovate.json5").read_text(encoding="utf-8")

    assert re.findall(r'allowedVersions: "<(.*)"', text) == held


@pytest.mark.parametrize("product, variant", SOURCES)
def test_the_default_version_can_be_verified(product: Product, variant: str) -> None:
    pin = product.pin(variant, product.version)

    assert pin.url.startswith("https://")
    assert product.version in pin.url
    assert re.fullmatch(r"[0-9a-f]{64}", pin.sha256)


@pytest.mark.parametrize("product, variant", SOURCES)
def test_an_address_moves_with_the_version(product: Product, variant: str) -> None:
    assert "{version}" in product.artifacts[variant].url
    assert "9.8.7" in product.pin(variant, "9.8.7", "0" * 64).url


@pytest.mark.parametrize("unit", CATALOGUE)
def test_the_variants_of_a_product_have_the_same_versions(unit: str) -> None:
    sources = CATALOGUE[unit].artifacts.values()
    every = {version for source in sources for version in source.sha256}

    lacking = {v for source in sources for v in every if v not in source.sha256}
    assert {(unit, version) for version in lacking} <= ONLY_STANDARD


def test_no_digest_stands_twice() -> None:
    digests = re.findall(r"\b[0-9a-f]{64}\b", FILE.read_text(encoding="utf-8"))

    assert len(digests) > 4
    assert len(digests) == len(set(digests))


def test_every_version_is_a_release() -> None:
    every = [
        version
        for product in CATALOGUE.values()
        for source in product.artifacts.values()
        for version in (product.version, *source.sha256)
    ]

    assert [v for v in every if not re.fullmatch(r"v?\d+\.\d+\.\d+", v)] == []


def test_a_version_without_a_digest_is_refused_with_those_that_have_one() -> None:
    product = CATALOGUE["argoCd"]

    with pytest.raises(ArtifactError, match=r"no sha256 .* v3\.2\.11; known .*: v3\.4\.7, v3\.5"):
        product.pin("ha", "v3.2.11")


def test_a_digest_of_the_stack_comes_before_the_catalogue() -> None:
    assert CATALOGUE["argoCd"].pin("ha", "v3.5.1", "a" * 64).sha256 == "a" * 64


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sha256": {"1.0.0": "A" * 64}}, id="upper-case"),
        pytest.param({"sha256": {"1.0.0": "a" * 63}}, id="cut-short"),
        pytest.param({"sha256": {}}, id="no-digest"),
        pytest.param({"url": "https://example.org/latest.yaml"}, id="fixed-address"),
        pytest.param({"url": "http://example.org/{version}.yaml"}, id="plain-http"),
        pytest.param({"mirror": "https://example.org"}, id="unknown-key"),
    ],
)
def test_a_catalogue_with_a_gap_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    source = {"url": "https://example.org/{version}.yaml", "sha256": {"1.0.0": "a" * 64}}
    path = tmp_path / "versions.yaml"

    def content(source: dict[str, Any]) -> str:
        return yaml.safe_dump({"unit": {"version": "1.0.0", "artifacts": {"release": source}}})

    path.write_text(content(source))
    assert versions.load(path)
    path.write_text(content(source | change))
    with pytest.raises(ValidationError):
        versions.load(path)
