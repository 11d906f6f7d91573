"""A version that is not in the catalogue needs its digest, and nothing is too old."""

import pytest

from tests.unit.stack.helpers import load, nested, problems
from upstream.versions import CATALOGUE

DIGEST = "a" * 64


def test_the_defaults_are_those_of_the_catalogue() -> None:
    settings = load({})

    assert settings.open_kruise.version == CATALOGUE["openKruise"].version
    assert settings.argo_cd.version == CATALOGUE["argoCd"].version
    assert settings.kube_vela.version == CATALOGUE["kubeVela"].version


@pytest.mark.parametrize(
    "unit,version,address",
    [
        ("openKruise", "1.8.99", "/kruise-1.8.99/kruise-1.8.99.tgz"),
        ("argoCd", "v3.99.0", "/argo-cd/v3.99.0/manifests/install.yaml"),
        ("kubeVela", "1.99.0", "/charts/vela-core-1.99.0.tgz"),
    ],
)
def test_a_version_without_a_digest_is_refused(unit: str, version: str, address: str) -> None:
    found = problems({unit: {"version": version}})
    text = found[f"{unit}.version"]

    assert list(found) == [f"{unit}.version"]
    assert text.startswith(f"{version} has no known sha256 (")
    assert CATALOGUE[unit].version in text.split("allowed without one: ")[1].split(". Fix")[0]
    assert f"pulumi config set --path '{unit}.sha256' DIGEST with the digest of https://" in text
    assert text.endswith(address)


@pytest.mark.parametrize(
    "unit,version", [("openKruise", "1.8.99"), ("argoCd", "v3.99.0"), ("kubeVela", "1.99.0")]
)
def test_a_version_with_its_digest_is_accepted(unit: str, version: str) -> None:
    load({unit: {"version": version, "sha256": DIGEST}})


def test_the_two_variants_of_argo_cd_have_digests_of_their_own() -> None:
    artifacts = CATALOGUE["argoCd"].artifacts
    only_standard = set(artifacts["standard"].sha256) - set(artifacts["ha"].sha256)
    version = max(only_standard)  # the older one is for tests alone

    assert load(nested("argoCd.version", version)).argo_cd.variant == "standard"
    found = problems({"argoCd": {"version": version, "highAvailability": True}})
    assert "has no known sha256 (ha)" in found["argoCd.version"]


@pytest.mark.parametrize("unit", ["openKruise", "argoCd", "kubeVela"])
def test_a_digest_without_a_version_is_refused(unit: str) -> None:
    default = CATALOGUE[unit].version

    assert problems({unit: {"sha256": DIGEST}}) == {
        f"{unit}.sha256": (
            "set without a version; allowed: together with the version whose digest it is. "
            f"Fix: pulumi config set --path '{unit}.version' {default}, or "
            f"pulumi config rm --path '{unit}.sha256'"
        )
    }


@pytest.mark.parametrize("version", ["1.6.4", "1.10.0", "2.8.0"])
def test_a_chart_whose_gates_are_unknown_is_refused(version: str) -> None:
    text = problems({"openKruise": {"version": version, "sha256": DIGEST}})["openKruise.version"]

    assert text.startswith(f"{version} is not supported, its feature gates are not known; ")
    assert "allowed: 1.7.x, 1.8.x, 1.9.x. Fix: pulumi config set" in text


@pytest.mark.parametrize("version", ["v2.14.9", "v0.1.0"])
def test_an_argo_cd_before_3_is_refused_with_the_reason(version: str) -> None:
    text = problems({"argoCd": {"version": version, "sha256": DIGEST}})["argoCd.version"]

    assert text.startswith(f"{version} is not supported: before v3.0.0 Argo CD tracks resources by")
    assert "allowed: v3.0.0 or newer. Fix: pulumi config set --path 'argoCd.version' v" in text


def test_argo_cd_3_and_10_are_new_enough() -> None:
    for version in ("v3.0.0", "v10.0.0"):
        load({"argoCd": {"version": version, "sha256": DIGEST}})
