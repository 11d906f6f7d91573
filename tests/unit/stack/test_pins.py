"""A stack fetches what it installs, and nothing else."""

import pytest

from stack.pins import pins
from tests.unit.stack.helpers import load

ARTIFACTS = {
    "openKruise": {"openKruise"},
    "argoCd": {"argoCd"},
    "kubeVela": {"kubeVela"},
    "tekton": {"tekton", "tektonTriggers", "tektonInterceptors", "tektonPruner"},
}
"""The artifacts of each unit."""

ALL = set().union(*ARTIFACTS.values())


def test_every_unit_that_is_on_has_its_artifacts() -> None:
    assert set(pins(load({}))) == ALL


@pytest.mark.parametrize("unit", sorted(ARTIFACTS))
def test_a_unit_that_is_off_is_not_fetched(unit: str) -> None:
    assert set(pins(load({unit: {"enabled": False}}))) == ALL - ARTIFACTS[unit]


@pytest.mark.parametrize(
    "companion, artifacts",
    [("triggers", {"tektonTriggers", "tektonInterceptors"}), ("pruner", {"tektonPruner"})],
)
def test_a_companion_that_is_off_is_not_fetched(companion: str, artifacts: set[str]) -> None:
    assert set(pins(load({"tekton": {companion: {"enabled": False}}}))) == ALL - artifacts


def test_the_dashboard_is_fetched_from_where_the_stack_says() -> None:
    dashboard = {"enabled": True, "url": "https://example.com/release.yaml", "sha256": "0" * 64}
    found = pins(load({"tekton": {"dashboard": dashboard}}))

    assert found["tektonDashboard"].url == "https://example.com/release.yaml"
    assert set(found) == ALL | {"tektonDashboard"}


def test_the_highly_available_variant_is_another_file() -> None:
    standard, available = (
        pins(load({"argoCd": {"highAvailability": on}}))["argoCd"] for on in (False, True)
    )

    assert available.url.endswith("/ha/install.yaml")
    assert standard != available
