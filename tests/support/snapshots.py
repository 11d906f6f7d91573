"""What a stack registers, short enough to be read in a review: one text for each unit.

An object from a release manifest is shown by what this program sets or changes in it; a digest
stands for the rest, so that a new upstream version shows as one changed line per object that it
changes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from kube.manifests import Manifest
from tests.support.recordings import Recording
from tools.render.recorder import Registration, masked

STACK = "stack"
"""The unit of what belongs to no component."""

LONG = 12
"""Lines of a text that are shown."""

HEAD = "# Written by pytest --update-snapshots; read the difference before you commit it.\n"

Key = tuple[str, str, str]


def texts(recording: Recording, published: Iterable[Manifest]) -> dict[str, str]:
    """Return the snapshot of each unit; `published` are the objects as the releases have them."""
    originals = {key_of(manifest): manifest for manifest in published}
    units: dict[str, list[dict[str, Any]]] = {}
    for registration in recording.all:
        unit = recording.name_of(registration.parent) or (
            STACK if registration.custom else registration.name
        )
        entry = _entry(recording, registration, originals)
        units.setdefault(unit, []).append(entry)
    return {
        unit: HEAD + yaml.safe_dump(_shared(_sorted(entries)), sort_keys=False, width=100)
        for unit, entries in units.items()
    }


def key_of(manifest: Mapping[str, Any]) -> Key:
    """Return what tells an object from all others of its release."""
    return manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]


def ours(original: Any, registered: Any) -> Any:
    """Return the part of a registered value that is not in the original one.

    Items of a list with names are matched by them, and shown by them.
    """
    if isinstance(original, dict) and isinstance(registered, dict):
        changed = {
            key: ours(original.get(key), value)
            for key, value in registered.items()
            if original.get(key) != value
        }
        gone = {
            k: "(removed)" for k, v in original.items() if v is not None and k not in registered
        }
        return changed | gone
    if _has_names(original) and _has_names(registered):
        return ours({i["name"]: i for i in original}, {i["name"]: i for i in registered})
    return registered


def shortened(value: Any) -> Any:
    """Return the value with a digest for each long text: scripts have tests of their own."""
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, str) and value.count("\n") > LONG:
        return f"({len(value.splitlines())} lines, sha256 {digest(value)[:16]})"
    return value


def digest(value: Any) -> str:
    """Return a digest of a value that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def images_in(value: Any) -> list[str]:
    """Return every image that containers in it name, in order."""
    if isinstance(value, list):
        return [image for item in value for image in images_in(item)]
    if not isinstance(value, dict):
        return []
    own = [value["image"]] if isinstance(value.get("image"), str) and "name" in value else []
    return own + [image for item in value.values() for image in images_in(item)]


def _entry(
    recording: Recording, registration: Registration, originals: Mapping[Key, Manifest]
) -> dict[str, Any]:
    inputs = _in_order(masked(registration.inputs))
    known = "metadata" in inputs and originals.get(key_of(inputs))
    entry = {
        "name": registration.name,
        "type": registration.type,
        "parent": recording.name_of(registration.parent),
        "provider": recording.name_of(registration.provider),
        "dependsOn": recording.dependencies(registration),
        "retainOnDelete": registration.retain_on_delete,
        "protect": registration.protect,
        "hideDiffs": registration.hide_diffs,
        "ignoreChanges": registration.ignore_changes,
        "timeouts": registration.timeouts,
    }
    if not known:
        return {**{k: v for k, v in entry.items() if v}, "inputs": shortened(inputs)}
    entry |= {"ours": shortened(_in_order(ours(known, inputs)))}
    if inputs["kind"] != "CustomResourceDefinition":
        entry |= {"images": sorted(set(images_in(inputs)))}
    return {**{k: v for k, v in entry.items() if v}, "sha256": digest(inputs)}


def _sorted(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the component first, then its children by name: registration has no fixed order."""
    return sorted(entries, key=lambda e: ("parent" in e, e["name"]))


def _in_order(value: Any) -> Any:
    """Return the value with its keys sorted: on the wire, maps have no order."""
    if isinstance(value, dict):
        return {key: _in_order(item) for key, item in sorted(value.items())}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


def _shared(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make equal lists and maps the same one: YAML then writes them once."""
    seen: dict[str, Any] = {}
    return [
        {k: seen.setdefault(json.dumps([k, v]), v) if _is_long(k) else v for k, v in e.items()}
        for e in entries
    ]


def _is_long(key: str) -> bool:
    return key in {"dependsOn", "timeouts"}


def _has_names(value: Any) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return False
    names = [item.get("name") if isinstance(item, dict) else None for item in value]
    return None not in names and len(set(names)) == len(names)
