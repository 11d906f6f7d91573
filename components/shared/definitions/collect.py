"""Everything that KubeVela gets beside the definitions of its chart, checked."""

from collections.abc import Callable
from pathlib import Path

from components.shared.definitions import reader, vet
from components.shared.definitions.chart import vela_definitions
from kube.manifests import Manifest


def collect(
    chart: Path, folder: str | None, say: Callable[[str], None], *, clone_set: bool
) -> list[Manifest]:
    """Return the platform's own definitions and those of a folder, if there is one.

    `chart` is KubeVela's archive, whose names are taken. Where the vela CLI is on PATH it checks
    the folder's CUE; where not, `say` gets a line. Raises DefinitionError.
    """
    own = [reader.clone_set()] if clone_set else []
    if folder is None:
        return own
    taken = [*own, *vela_definitions(chart)]
    found = reader.read(Path(folder), taken)
    if not vet.vet(found):
        say("vela is not on PATH: the CUE of kubeVela.definitions is not checked here")
    return [*own, *found]
