"""Definitions from YAML files, checked before anything is registered; every problem at once.

vela-core takes a definition that it cannot use and complains at the first Application, if at all:
with webhooks off nothing else checks it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from components.shared.definitions.chart import NAMESPACE
from errors import DefinitionError, ManifestError
from kube import manifests
from kube.manifests import Manifest

API_VERSION = "core.oam.dev/v1beta1"
KINDS = ("ComponentDefinition", "PolicyDefinition", "TraitDefinition", "WorkflowStepDefinition")
SHIPPED = Path(__file__).parent
"""The platform's own definitions."""

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SUFFIXES = {".yaml", ".yml"}


def clone_set() -> Manifest:
    """Return the platform's own component type: a service as a CloneSet of OpenKruise."""
    return read(SHIPPED)[0]


def read(folder: Path, taken: Sequence[Manifest] = ()) -> list[Manifest]:
    """Return the definitions in the YAML files of a folder and those below it, by path.

    Their namespace is set. `taken` are those that are there already, whose names are not free.

    Raises DefinitionError with every problem: file, what is wrong, what is allowed, the fix.
    """
    found: list[tuple[str, Manifest]] = []
    problems: list[str] = []
    for path in _files(folder):
        name = str(path.relative_to(folder))
        try:
            documents = manifests.parse(path.read_text(encoding="utf-8"), source=name)
        except (ManifestError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())  # the position in a YAML file is told in lines
            problems.append(f"{said}. Fix: correct it (docs/how-to/kubevela.md)")
            continue
        for document in documents:
            problems += (f"{name}: {problem}" for problem in _problems(document))
            found.append((name, document))
    problems += _repeated(found, taken)
    if problems:
        lines = [f"kubeVela.definitions {folder}: {_count(problems)}", *problems]
        raise DefinitionError("\n  ".join(lines))
    return [_placed(document) for _, document in found]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DefinitionError(
            f"kubeVela.definitions: {folder} is no folder; allowed: a folder with YAML files, "
            "relative to the project. Fix: make it, or remove the key"
        )
    files = sorted(p for p in folder.rglob("*") if p.suffix in _SUFFIXES and p.is_file())
    if not files:
        raise DefinitionError(
            f"kubeVela.definitions: {folder} has no file *.yaml or *.yml; allowed: at least one. "
            "Fix: put a definition there, or remove the key"
        )
    return files


def _problems(document: Manifest) -> Iterator[str]:
    """Yield what is wrong with one definition by itself."""
    kind, metadata = document["kind"], document["metadata"]
    if document["apiVersion"] != API_VERSION or kind not in KINDS:
        yield (
            f"{kind} of {document['apiVersion']} is no definition; allowed: {', '.join(KINDS)} of "
            f"{API_VERSION}. Fix: correct apiVersion and kind, or move it out of the folder"
        )
        return
    who = f"{kind} {metadata['name']}"
    if not _NAME.fullmatch(str(metadata["name"])):
        yield (
            f"{who}: the name is not allowed; allowed: lower-case letters, digits, - and . like "
            "my-service. Fix: rename it"
        )
    if (metadata.get("namespace") or NAMESPACE) != NAMESPACE:
        yield (
            f"{who}: namespace {metadata['namespace']} is not allowed; allowed: {NAMESPACE}, where "
            "every Application finds it. Fix: remove metadata.namespace"
        )
    # As `kubectl get -o yaml` writes them; they would differ from the cluster for ever.
    for key in sorted({"resourceVersion", "uid", "generation", "managedFields"} & metadata.keys()):
        yield f"{who}: metadata.{key} is the cluster's to write. Fix: remove it"
    if "status" in document:
        yield f"{who}: status is the cluster's to write. Fix: remove it"
    yield from _spec_problems(who, kind, document.get("spec"))


def _spec_problems(who: str, kind: str, spec: Any) -> Iterator[str]:
    template = _at(spec, "schematic", "cue", "template")
    if not isinstance(template, str) or not template.strip():
        yield (
            f"{who}: no CUE template; allowed: text in spec.schematic.cue.template, the only "
            "schematic that is supported. Fix: write the template there"
        )
    # The rule of vela-core's own webhook, which may be off.
    if kind == "ComponentDefinition" and not (
        _at(spec, "workload", "type") or _at(spec, "workload", "definition")
    ):
        yield (
            f"{who}: neither spec.workload.type nor spec.workload.definition is set. "
            "Fix: set type to autodetects.core.oam.dev"
        )


def _at(value: Any, *path: str) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _repeated(found: Sequence[tuple[str, Manifest]], taken: Sequence[Manifest]) -> Iterator[str]:
    """Yield the definitions whose kind and name another one has."""
    reserved = {_key(manifest) for manifest in taken}
    counts = Counter(_key(manifest) for _, manifest in found)
    for name, manifest in found:
        kind, title = _key(manifest)
        if (kind, title) in reserved:
            yield (
                f"{name}: {kind} {title} is there already, from KubeVela or from this platform. "
                "Fix: choose another name (for cloneset: or set kubeVela.cloneSet to false)"
            )
        elif counts[kind, title] > 1:
            files = ", ".join(sorted({n for n, m in found if _key(m) == (kind, title)}))
            yield f"{name}: {kind} {title} is defined more than once ({files}). Fix: keep one"


def _key(manifest: Manifest) -> tuple[str, str]:
    return str(manifest["kind"]), str(manifest["metadata"]["name"])


def _placed(document: Manifest) -> Manifest:
    return {**document, "metadata": {**document["metadata"], "namespace": NAMESPACE}}


def _count(problems: Sequence[str]) -> str:
    return f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}"
