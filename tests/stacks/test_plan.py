"""The plan that is checked before anything is registered is what is registered."""

import runpy
from typing import Any

import pytest

from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.recorder import Registration, record
from upstream import artifacts
from upstream.identity import Identity
from upstream.plan import PlannedUnit
from wiring.pins import pins

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
        settings = page["configuration"].load_from_pulumi()
        planned.extend(page["planned"](settings, artifacts.fetch_all(pins(settings))))

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
