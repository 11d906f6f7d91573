"""Definitions of a folder: read in order, placed, refused where vela-core could not use them."""

from pathlib import Path
from typing import Any

import pytest

from components.shared.definitions.reader import clone_set, read
from errors import DefinitionError
from tests.unit.components.shared.definitions.conftest import Write, definition


def refusal(folder: Path, *taken: dict[str, Any]) -> list[str]:
    """Return the problems that a folder is refused for."""
    with pytest.raises(DefinitionError) as caught:
        read(folder, taken)
    return str(caught.value).split("\n  ")[1:]


def test_the_files_of_a_folder_are_read_in_order_and_placed(folder: Path, write: Write) -> None:
    write("b.yaml", definition("b"), definition("c", "TraitDefinition"))
    write("a.yml", definition("a", "PolicyDefinition"))
    write("below/d.yaml", definition("d", "WorkflowStepDefinition"))
    write("README.md", text="no definition")

    found = read(folder)

    assert [d["metadata"] for d in found] == [
        {"name": name, "namespace": "vela-system"} for name in "abcd"
    ]


def test_a_definition_stays_as_it_is_apart_from_its_namespace(folder: Path, write: Write) -> None:
    given = definition("job", status={"healthPolicy": "isHealth: true"})
    given["metadata"]["labels"] = {"team": "platform"}
    write("job.yaml", given)

    (found,) = read(folder)

    placed = {**given["metadata"], "namespace": "vela-system"}
    assert found == {**given, "metadata": placed}


def changed(**changes: Any) -> dict[str, Any]:
    """Return a definition with other fields at the top."""
    return {**definition(), **changes}


def metadata(**changes: Any) -> dict[str, Any]:
    """Return a definition with other metadata."""
    return changed(metadata={"name": "job", **changes})


WRONG = [
    pytest.param(changed(kind="Deployment"), "Deployment of core.oam.dev/v1beta1 is no", id="kind"),
    pytest.param(changed(apiVersion="core.oam.dev/v1alpha2"), "v1alpha2 is no def", id="version"),
    pytest.param(metadata(name="My_Job"), "the name is not allowed; allowed: lower", id="name"),
    pytest.param(metadata(namespace="default"), "namespace default is not allowed", id="namespace"),
    pytest.param(metadata(uid="1"), "metadata.uid is the cluster's to write", id="uid"),
    pytest.param(changed(status={}), "status is the cluster's to write", id="status"),
    pytest.param(changed(spec=None), "no CUE template", id="no-spec"),
    pytest.param(definition(schematic={"helm": {}}), "no CUE template", id="helm"),
    pytest.param(definition(schematic={"cue": {"template": " "}}), "no CUE template", id="blank"),
    pytest.param(definition(workload={}), "neither spec.workload.type nor", id="workload"),
]


@pytest.mark.parametrize("document, complaint", WRONG)
def test_what_vela_core_could_not_use_is_refused_with_its_file_and_the_fix(
    folder: Path, write: Write, document: dict[str, Any], complaint: str
) -> None:
    write("wrong.yaml", document)

    first, *_ = refusal(folder)

    assert first.startswith("wrong.yaml: ")
    assert complaint in first
    assert ". Fix: " in first


def test_the_cluster_may_not_have_written_it_in_vela_system_either(
    folder: Path, write: Write
) -> None:
    write("job.yaml", metadata(namespace="vela-system"))

    assert len(read(folder)) == 1


def test_all_problems_of_all_files_are_listed(folder: Path, write: Write) -> None:
    write("a.yaml", metadata(namespace="default", uid="1"), text=None)
    write("b.yaml", text="kind: [")
    write("c.yaml", text="just: a map")
    write("d.yaml", definition("fine"))

    problems = refusal(folder)

    assert len(problems) == 4
    assert [line.partition(":")[0] for line in problems[:2]] == ["a.yaml", "a.yaml"]
    assert problems[2].startswith("b.yaml: no YAML: ")
    assert problems[3].startswith("c.yaml: document 1 is no Kubernetes object")


def test_a_name_can_be_used_once_for_each_kind(folder: Path, write: Write) -> None:
    write("a.yaml", definition("job"), definition("job", "TraitDefinition"))
    assert len(read(folder)) == 2

    write("b.yaml", definition("job"))
    problems = refusal(folder)

    assert [
        line.partition(" is defined more than once (a.yaml, b.yaml)")[0] for line in problems
    ] == [
        "a.yaml: ComponentDefinition job",
        "b.yaml: ComponentDefinition job",
    ]


def test_a_name_that_is_taken_is_refused(folder: Path, write: Write) -> None:
    write("a.yaml", definition("cloneset"), definition("cloneset", "TraitDefinition"))

    (problem,) = refusal(folder, clone_set())

    assert "ComponentDefinition cloneset is there already" in problem
    assert "set kubeVela.cloneSet to false" in problem


@pytest.mark.parametrize(
    "make, complaint",
    [
        pytest.param(lambda path: path.rmdir(), "is no folder; allowed: ", id="missing"),
        pytest.param(lambda _: None, "has no file *.yaml or *.yml; allowed: ", id="empty"),
    ],
)
def test_a_folder_without_definitions_is_refused(folder: Path, make: Any, complaint: str) -> None:
    make(folder)

    with pytest.raises(DefinitionError) as caught:
        read(folder)
    assert str(folder) in str(caught.value)
    assert complaint in str(caught.value)
    assert ". Fix: " in str(caught.value)


def test_the_platforms_own_component_type_is_one_that_the_reader_accepts() -> None:
    own = clone_set()

    assert (own["kind"], own["metadata"]["name"]) == ("ComponentDefinition", "cloneset")
    assert own["metadata"]["namespace"] == "vela-system"
