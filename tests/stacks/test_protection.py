"""With cluster.protect, exactly what takes other people's objects with it is protected."""

from tests.stacks.conftest import StackRun

KINDS = {"Namespace", "CustomResourceDefinition", "Release"}


def test_prod_protects_namespaces_definitions_and_releases(run: StackRun) -> None:
    protected = {r.name for r in run.recording.all if r.protect}
    expected = {
        r.name for r in run.recording.all if r.type.rpartition(":")[2] in KINDS and r.custom
    }

    assert len(expected) > 10
    assert protected == (expected if run.stack == "prod" else set())
