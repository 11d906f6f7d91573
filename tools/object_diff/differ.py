"""Objects before and after -> the changes, in a fixed order."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from tools.object_diff.model import MASK, OPERATIONS, Change, FieldChange, KubeObject, Operation

REPLACING = {
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.podManagementPolicy",
        "spec.volumeClaimTemplates",
    ),
    "Job": ("spec.selector", "spec.template"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "Service": ("spec.clusterIP",),
}
"""Fields that cannot change in place: the provider deletes the object and makes it anew.

Ref: https://github.com/pulumi/pulumi-kubernetes/blob/v4.32.0/provider/pkg/provider/diff.go
"""

CRD = "CustomResourceDefinition"
SECRET_FIELDS = ("data", "stringData")
_ABSENT = object()


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes long texts as they are. The C code is ten times as fast, where it is built in."""


def _as_it_is(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


_Dumper.add_representer(str, _as_it_is)


def compare(base: Iterable[KubeObject], head: Iterable[KubeObject]) -> list[Change]:
    """Return what differs: deletions first, then replacements, updates and creations.

    Values of Secrets are not shown. The schemas of a CRD are folded to one line each.
    """
    before = {o.key: o for o in base}
    after = {o.key: o for o in head}
    changes = [_gone(o) for key, o in before.items() if key not in after]
    changes += [_new(o) for key, o in after.items() if key not in before]
    for key in before.keys() & after.keys():
        fields = field_changes(after[key].kind, before[key].content, after[key].content)
        if fields:
            replaces = _replaces(after[key].kind, fields)
            changes.append(_change("replace" if replaces else "update", after[key], fields))
    return ordered(changes)


def ordered(changes: Iterable[Change]) -> list[Change]:
    """Return the changes in the order in which they are shown."""
    return sorted(
        changes, key=lambda c: (OPERATIONS.index(c.operation), c.unit, c.release, c.kind, c.name)
    )


def field_changes(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[FieldChange, ...]:
    """Return the fields of one object that differ, sorted by their place in it."""
    return tuple(_folded(kind, _differing(before, after, "")))


def body(kind: str, content: Mapping[str, Any]) -> FieldChange:
    """Return a whole object as one field: what is new is shown as it is written."""
    shown = dict(content)
    if kind == "Secret":
        for key in SECRET_FIELDS:
            if isinstance(shown.get(key), Mapping):
                shown[key] = dict.fromkeys(shown[key], MASK)
    if kind == CRD:
        return FieldChange("", note="a definition; its schemas are not shown")
    return FieldChange("", after=text(shown))


def text(value: Any) -> str:
    """Return a value as a reader wants to see it: YAML, long texts as they are."""
    if isinstance(value, str) and "\n" in value:
        return value
    written: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=True, width=1000, default_flow_style=False
    )
    return written.removesuffix("\n").removesuffix("\n...")


def _gone(gone: KubeObject) -> Change:
    return _change("delete", gone, ())


def _new(new: KubeObject) -> Change:
    return _change("create", new, (body(new.kind, new.content),))


def _change(operation: Operation, of: KubeObject, fields: tuple[FieldChange, ...]) -> Change:
    name = "/".join(part for part in of.key[-2:] if part)
    return Change(operation, of.unit, of.kind, name, of.release, fields)


def _replaces(kind: str, fields: Iterable[FieldChange]) -> bool:
    fixed = REPLACING.get(kind, ())
    return any(f.path == p or f.path.startswith((p + ".", p + "[")) for f in fields for p in fixed)


def _differing(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield path, value before and value after of what differs, as deep as names lead."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys(), key=str):
            place = _joined(path, str(key))
            yield from _differing(before.get(key, _ABSENT), after.get(key, _ABSENT), place)
    elif (old := _by_name(before)) is not None and (new := _by_name(after)) is not None:
        for name in sorted(old.keys() | new.keys()):
            place = f"{path}[{name}]"
            yield from _differing(old.get(name, _ABSENT), new.get(name, _ABSENT), place)
        if [n for n in old if n in new] != [n for n in new if n in old]:
            yield f"{path} (order)", list(old), list(new)
    else:
        yield path, before, after


def _joined(path: str, key: str) -> str:
    if "." in key or "/" in key:
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _by_name(value: Any) -> dict[str, Any] | None:
    """Return the items of a list by name, or None where not each has one of its own."""
    if not isinstance(value, list) or not value:
        return None
    named = {str(item["name"]): item for item in value if isinstance(item, dict) and "name" in item}
    return named if len(named) == len(value) else None


def _folded(kind: str, found: Iterable[tuple[str, Any, Any]]) -> Iterator[FieldChange]:
    """Yield the changes with secrets masked and schemas counted instead of shown."""
    schemas: dict[str, list[int]] = {}
    for path, before, after in found:
        schema = _schema(kind, path)
        if schema:
            index = 0 if before is _ABSENT else 1 if after is _ABSENT else 2
            schemas.setdefault(schema, [0, 0, 0])[index] += 1
        elif kind == CRD and path.startswith("spec.versions"):
            yield FieldChange(path, note=_presence(before, after))
        elif kind == "Secret" and path.partition("[")[0].partition(".")[0] in SECRET_FIELDS:
            yield FieldChange(path, note=f"{_presence(before, after)}; its value is secret")
        else:
            yield FieldChange(
                path,
                None if before is _ABSENT else text(before),
                None if after is _ABSENT else text(after),
            )
    for path, (added, removed, changed) in sorted(schemas.items()):
        counts = f"{added} fields added, {removed} removed, {changed} changed"
        yield FieldChange(path, note=f"{counts} (not shown)")


def _presence(before: Any, after: Any) -> str:
    return "added" if before is _ABSENT else "removed" if after is _ABSENT else "changed"


def _schema(kind: str, path: str) -> str:
    """Return the path of the schema that a path of a CRD leads into, or nothing."""
    start, schema, _ = path.partition("].schema")
    return start + schema if kind == CRD and schema else ""
