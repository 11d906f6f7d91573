"""Argo CD's own engine judges as the harness of tests/health does; no cluster is needed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.health_checks.scripts import HOLDS, Kind, scripts
from tests.health.conftest import compiled
from tests.health.tables import Case, life_cycles, tables
from tests.health.test_totality import objects_of, places, replaced
from tests.support.needs import uses_tools
from tools import toolchain

KINDS = sorted(scripts())
BETWEEN = "\n@@\n"

# The script as a function that judges one object after the other: a process takes far longer to
# start than to judge.
MANY = """\
local function judge()
{script}
end
local verdicts = {{}}
local everything = obj.everything
for _, each in ipairs(everything) do
  obj = each.object
  local judged, verdict = pcall(judge)
  if judged then
    verdict = verdict.status .. " " .. verdict.message
  end
  table.insert(verdicts, verdict)
end
return {{ status = "Healthy", message = table.concat(verdicts, "{between}") }}
"""


@pytest.fixture(scope="session")
@uses_tools("argocd")
def argocd() -> Path:
    """Return the program."""
    return toolchain.ensure("argocd")["argocd"]


def judged(argocd: Path, folder: Path, kind: Kind, script: str, obj: dict[str, Any]) -> str:
    """Return STATUS MESSAGE as Argo CD says it of one object."""
    resource = {"apiVersion": f"{kind.group}/v1alpha1", "kind": kind.kind, **obj}
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "argocd-cm", "labels": {"app.kubernetes.io/part-of": "argocd"}},
        "data": {f"resource.customizations.health.{kind.group}_{kind.kind}": script},
    }
    (folder / "resource.yaml").write_text(yaml.safe_dump(resource), "utf-8")
    (folder / "argocd-cm.yaml").write_text(yaml.safe_dump(config_map), "utf-8")
    run = subprocess.run(
        [
            *(argocd, "admin", "settings", "resource-overrides", "health", "resource.yaml"),
            *("--argocd-cm-path", "argocd-cm.yaml"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    status, _, message = run.stdout.removeprefix("STATUS: ").partition("\nMESSAGE: ")
    return f"{status} {message}".removesuffix("\n")


def all_judged(
    argocd: Path, folder: Path, kind: Kind, hold: str, objects: Sequence[dict[str, Any]]
) -> list[str]:
    """Return STATUS MESSAGE of each object, from one process."""
    script = MANY.format(script=scripts(hold)[kind], between=BETWEEN.replace("\n", "\\n"))
    everything = {"everything": [{"object": obj} for obj in objects]}
    answer = judged(argocd, folder, kind, script, everything)
    return answer.removeprefix("Healthy ").split(BETWEEN)


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_case_has_its_verdict(argocd: Path, tmp_path: Path, kind: Kind, hold: str) -> None:
    steps = [step for cycle in life_cycles(kind) for step in cycle]
    cases = [case for case in [*tables(kind), *steps] if case.hold == hold]

    verdicts = all_judged(argocd, tmp_path, kind, hold, [case.object for case in cases])

    assert len(verdicts) == max(len(cases), 1)
    for case, verdict in zip(cases, verdicts, strict=False):
        assert verdict.startswith(f"{case.status} "), (case, verdict)
        assert case.message in verdict, (case, verdict)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_wrong_fields_are_judged_as_in_the_harness(
    argocd: Path, tmp_path: Path, kind: Kind
) -> None:
    obj = max(objects_of(kind), key=lambda obj: len(list(places(obj))))
    wrong = [
        None,
        True,
        -1,
        0,
        3,
        1e300,
        "",
        "2",
        " 2 ",
        "0.5",
        "50%",
        "33.3%",
        "x",
        [],
        [1],
        {"a": 1},
    ]
    objects = [replaced(obj, place, value) for place in places(obj) for value in wrong]

    verdicts = all_judged(argocd, tmp_path, kind, HOLDS[0], objects)

    script = compiled("lua51")(kind, HOLDS[0])
    assert verdicts == [" ".join(script.judge(obj)) for obj in objects]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_script_itself_is_run_as_it_stands(argocd: Path, tmp_path: Path, kind: Kind) -> None:
    case: Case = max(tables(kind), key=lambda case: case.hold == "healthy" and len(case.message))

    verdict = judged(argocd, tmp_path, kind, scripts(case.hold)[kind], case.object)

    assert verdict.startswith(f"{case.status} "), (case, verdict)
    assert case.message in verdict, (case, verdict)
