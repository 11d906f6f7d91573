"""CUE is checked where the vela CLI is there, without a cluster. The real CLI: tests/e2e."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from components.shared.definitions.collect import collect
from components.shared.definitions.vet import vet
from errors import DefinitionError
from tests.support.chart import write_chart
from tests.unit.components.shared.definitions.conftest import Write, definition

Fake = Callable[[str], str]

ACCEPTS = "exit 0"
REFUSES_WRONG = """
for file in "$3"/*.cue; do
  if grep -q WRONG "$file"; then
    echo "ERR something of no interest" >&2
    echo "Error: failed to parse CUE: $file: expected operand" >&2
    exit 1
  fi
done
"""


@pytest.fixture
def vela(tmp_path: Path) -> Fake:
    """Return a function that makes a vela CLI of a shell script."""

    def make(script: str) -> str:
        program = tmp_path / "bin" / "vela"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(program)

    return make


def test_without_the_cli_nothing_is_checked_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert vet([definition()]) is False


def test_the_cli_on_path_is_used(vela: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(vela("exit 1")).parent
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    with pytest.raises(DefinitionError, match="the CLI ended with code 1"):
        vet([definition()])


def test_every_template_that_is_not_valid_is_told_by_its_part(vela: Fake) -> None:
    program = vela(REFUSES_WRONG)
    wrong = definition("a", schematic={"cue": {"template": "WRONG"}})
    unwell = definition("b", status={"healthPolicy": "WRONG", "customStatus": "fine"})

    with pytest.raises(DefinitionError) as caught:
        vet([wrong, unwell, definition("c")], program)

    assert str(caught.value).split("\n  ") == [
        "kubeVela.definitions: CUE that is not valid",
        "ComponentDefinition a, template: expected operand. Fix: correct it",
        "ComponentDefinition b, healthPolicy: expected operand. Fix: correct it",
    ]


def test_what_is_valid_takes_one_run(vela: Fake, tmp_path: Path) -> None:
    program = vela(f"echo run >> {tmp_path}/runs")

    assert vet([definition("a"), definition("b", "TraitDefinition")], program) is True
    assert (tmp_path / "runs").read_text() == "run\n"


def test_the_cli_gets_the_imports_in_front_and_no_cluster_of_the_user(
    vela: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/home/ann/.kube/config")
    program = vela(
        f'cp "$3"/0.cue {tmp_path}/seen.cue; cp "$KUBECONFIG" {tmp_path}/seen.kubeconfig'
    )
    template = 'import "strconv"\n\nimport (\n\t"list"\n)\n\noutput: {a: 1}\n'

    assert vet([definition("my-job", schematic={"cue": {"template": template}})], program)

    assert (tmp_path / "seen.cue").read_text().split() == [
        *["import", '"strconv"', "import", "(", '"list"', ")"],
        *['"my-job":', "{type:", '"component",', "attributes:", "{}}"],
        *["template:", "{", "output:", "{a:", "1}", "}"],
    ]
    assert "https://127.0.0.1:1" in (tmp_path / "seen.kubeconfig").read_text()


def test_a_cli_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="cannot check CUE"):
        vet([definition()], str(tmp_path / "missing"))


def test_own_definitions_come_first_and_the_charts_names_are_taken(
    folder: Path, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    chart = write_chart(tmp_path / "chart.tgz")
    said: list[str] = []
    write("job.yaml", definition("job"))

    found = collect(chart, str(folder), said.append, clone_set=True)

    assert [d["metadata"]["name"] for d in found] == ["cloneset", "job"]
    assert said == ["vela is not on PATH: the CUE of kubeVela.definitions is not checked here"]

    write("other.yaml", definition("webservice"))
    with pytest.raises(DefinitionError, match="ComponentDefinition webservice is there already"):
        collect(chart, str(folder), said.append, clone_set=True)


def test_without_a_folder_nothing_is_looked_for(tmp_path: Path) -> None:
    missing = tmp_path / "no-chart.tgz"

    assert collect(missing, None, print, clone_set=False) == []
    (own,) = collect(missing, None, print, clone_set=True)
    assert own["metadata"]["name"] == "cloneset"
