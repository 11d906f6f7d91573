"""The plan that is checked before anything is registered is what is registered."""

import runpy
from typing import Any

import pulumi
import pytest

from kube.identity import Identity
from stack.mapping.kube_vela import own_definitions
from stack.pins import pins
from stack.plan import PlannedUnit
from stack.settings import Settings
from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.recorder import Registration, record
from upstream import artifacts

pytestmark = pytest.mark.usefixtures("in_checkout", "upstream")


def is_created(registration: Registration) -> bool:
    """Tell whether it is an object of its own: no component, provider, release or patch."""
    token = registration.type
    return token.startswith("kubernetes:") and not token.endswith(("Patch", ":Release"))


@pytest.mark.parametrize("stack", shipped_stacks())
def test_every_object_and_release_that_is_created_is_planned(stack: str) -> None:
    planned = list[PlannedUnit]()

    def program() -> None:
        page: dict[str, Any] = runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        settings = page["loader"].load_from_pulumi()
        fetched = artifacts.fetch_all(pins(settings))
        definitions = own_definitions(settings, fetched, pulumi.log.info)
        planned.extend(page["planned"](settings, fetched, definitions).units)

    registered = record(program, raw_config(stack), stack=stack).registrations
    objects = [Identity.of(r.inputs) for r in registered if is_created(r)]
    releases = [
        (r.inputs["namespace"], r.inputs["name"]) for r in registered if r.kind == "Release"
    ]

    assert sorted(Identity.of(o) for unit in planned for o in unit.objects) == sorted(objects)
    assert sorted(u.release.place for u in planned if u.release) == sorted(releases)
    assert {unit.unit for unit in planned} <= {
        name[0].lower() + name[1:] for name in (r.kind for r in registered if not r.custom)
    }


def test_every_unit_with_a_version_can_be_allowed_to_go_back() -> None:
    """The refusal of a downgrade names that setting."""
    sections = {name: field.annotation for name, field in Settings.model_fields.items()}
    with_version = {name for name, section in sections.items() if "version" in _fields_of(section)}

    assert with_version == {"argo_cd", "kube_vela", "open_kruise", "tekton"}
    for name in with_version:
        assert "allow_downgrade_of" in _fields_of(sections[name])


def _fields_of(section: Any) -> set[str]:
    return set(getattr(section, "model_fields", {}))
