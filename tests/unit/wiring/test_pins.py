"""A stack fetches what it installs, and nothing else."""

from typing import Any

import pytest

from tests.unit.settings.helpers import load
from wiring.pins import pins

UNITS = ("openKruise", "argoCd", "kubeVela")
OFF: dict[str, Any] = {unit: {"enabled": False} for unit in UNITS}


def test_every_unit_that_is_on_has_its_artifact() -> None:
    assert set(pins(load({}))) == set(UNITS)


@pytest.mark.parametrize("unit", sorted(OFF))
def test_a_unit_that_is_off_is_not_fetched(unit: str) -> None:
    assert set(pins(load({unit: OFF[unit]}))) == set(OFF) - {unit}


def test_the_highly_available_variant_is_another_file() -> None:
    standard, available = (
        pins(load({"argoCd": {"highAvailability": on}}))["argoCd"] for on in (False, True)
    )

    assert available.url.endswith("/ha/install.yaml")
    assert standard != available
