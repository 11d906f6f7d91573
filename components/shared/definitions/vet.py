"""The CUE of definitions, checked by the vela CLI; no cluster is asked."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from errors import DefinitionError
from kube.manifests import Manifest

_TYPES = {
    "ComponentDefinition": "component",
    "PolicyDefinition": "policy",
    "TraitDefinition": "trait",
    "WorkflowStepDefinition": "workflow-step",
}
_IMPORTS = re.compile(r"^import\s+(?:\([^)]*\)|(?:\w+\s+)?\"[^\"]*\")\s*$", re.MULTILINE)
_SECONDS = 60

# Without any the CLI ends before it has read the file; with the user's it would ask a cluster.
_NO_CLUSTER = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    "current-context": "none",
    "users": [{"name": "none", "user": {}}],
}


def vet(definitions: Sequence[Manifest], program: str | None = None) -> bool:
    """Check the CUE of definitions; return whether a vela CLI was there to do it.

    `program` is the CLI; by default the `vela` on PATH. Raises DefinitionError with what the CLI
    says of each template that is not valid.
    """
    vela = program or shutil.which("vela")
    if vela is None:
        return False
    pieces = {
        f"{d['kind']} {d['metadata']['name']}, {part}": _as_cue(d, text)
        for d in definitions
        for part, text in _parts(d).items()
    }
    # All in one run, which ends at the first that is not valid: only then one by one.
    if not pieces or not _complaint(vela, list(pieces.values())):
        return True
    said = {name: _complaint(vela, [text]) for name, text in pieces.items()}
    problems = [f"{name}: {text}. Fix: correct it" for name, text in said.items() if text]
    raise DefinitionError("\n  ".join(["kubeVela.definitions: CUE that is not valid", *problems]))


def _parts(definition: Manifest) -> dict[str, str]:
    """Return the pieces of CUE that a definition holds, by the key that holds them."""
    status: dict[str, Any] = definition["spec"].get("status") or {}
    found = {"template": definition["spec"]["schematic"]["cue"]["template"]}
    return found | {k: v for k in ("healthPolicy", "customStatus") if (v := status.get(k))}


def _as_cue(definition: Manifest, text: str) -> str:
    """Return a piece of CUE as the only form that the CLI checks: imports, who, `template: {}`."""
    imports = "\n".join(_IMPORTS.findall(text))
    kind = json.dumps(_TYPES[definition["kind"]])
    name = json.dumps(definition["metadata"]["name"])
    return (
        f"{imports}\n{name}: {{type: {kind}, attributes: {{}}}}\n"
        f"template: {{\n{_IMPORTS.sub('', text)}\n}}\n"
    )


def _complaint(vela: str, texts: Sequence[str]) -> str:
    """Return what the CLI has against the first of the texts that is not valid, if one is not."""
    with tempfile.TemporaryDirectory(prefix="definitions-") as scratch:
        folder, kubeconfig = Path(scratch, "cue"), Path(scratch, "kubeconfig")
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number}.cue").write_text(text, encoding="utf-8")
        kubeconfig.write_text(json.dumps(_NO_CLUSTER), encoding="utf-8")
        own = {"HOME": scratch, "VELA_HOME": scratch, "KUBECONFIG": str(kubeconfig)}
        try:
            answer = subprocess.run(
                [vela, "def", "vet", folder],
                env=os.environ | own,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DefinitionError(f"{vela} cannot check CUE: {error}. Fix: repair it") from error
    if answer.returncode == 0:
        return ""
    lines = [line for line in answer.stderr.splitlines() if line.startswith("Error: ")]
    said = " ".join(lines).removeprefix("Error: ").rpartition(".cue: ")[2]
    return said or f"the CLI ended with code {answer.returncode}"
