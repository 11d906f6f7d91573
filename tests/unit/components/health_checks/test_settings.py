"""Health checks: kinds by name, a list that is known, and an Argo CD to run them."""

import pytest

from components.health_checks.scripts import FOLDER, KINDS
from tests.unit.stack.helpers import load, problems


def test_the_known_kinds_are_those_with_a_script() -> None:
    assert "apps.kruise.io/CloneSet" in KINDS
    assert len(KINDS) == len(list(FOLDER.glob("*/*.lua")))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_switched_off(kind: str) -> None:
    assert load({"healthChecks": {"kinds": {kind: False}}}).health_checks.kinds == {kind: False}


@pytest.mark.parametrize(
    "name",
    ["apps.kruise.io_CloneSet", "apps.kruise.io/Cloneset", "CloneSet", "app.kruise.io/CloneSet"],
)
def test_a_name_like_a_kind_is_refused_with_it(name: str) -> None:
    ((key, text),) = problems({"healthChecks": {"kinds": {name: False}}}).items()

    assert key.startswith("healthChecks.kinds")
    assert text == (
        "no health check is shipped for it; did you mean apps.kruise.io/CloneSet? "
        "Fix: rename or remove it"
    )


def test_a_name_like_no_kind_is_refused_with_all_of_them() -> None:
    (text,) = problems({"healthChecks": {"kinds": {"zzz": False}}}).values()

    assert f"known: {', '.join(KINDS)}. Fix: " in text


@pytest.mark.parametrize("hold", ["healthy", "suspended"])
def test_the_verdict_on_a_held_update_can_be_chosen(hold: str) -> None:
    assert load({"healthChecks": {"partitionHold": hold}}).health_checks.partition_hold == hold


def test_another_verdict_is_refused() -> None:
    (text,) = problems({"healthChecks": {"partitionHold": "Healthy"}}).values()

    assert 'allowed: "healthy" or "suspended"' in text


def test_without_an_argo_cd_there_are_none() -> None:
    assert load({}).has_health_checks
    assert not load({"argoCd": {"enabled": False}}).has_health_checks
    assert not load({"healthChecks": {"enabled": False}}).has_health_checks


def test_asking_for_them_without_an_argo_cd_is_refused() -> None:
    found = problems({"argoCd": {"enabled": False}, "healthChecks": {"enabled": True}})

    assert list(found) == ["healthChecks.enabled"]
    assert "only Argo CD runs health checks" in found["healthChecks.enabled"]


def test_exclusions_of_an_existing_argo_cd_are_refused_as_its_list_is_not_known() -> None:
    checks = {"exclusions": {"tektonRuns": True}}
    found = problems({"argoCd": {"mode": "existing"}, "healthChecks": checks})

    assert list(found) == ["healthChecks.exclusions"]
    assert "the whole list" in found["healthChecks.exclusions"]


def test_a_misspelt_switch_is_refused_with_the_name_it_resembles() -> None:
    (text,) = problems({"healthChecks": {"ignoredFields": {"partitions": True}}}).values()

    assert "did you mean partition?" in text
