"""What a structural schema of a CRD says about an object: unknown, missing and mistyped fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kube.manifests import Manifest

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def schema_of(crds: Sequence[Manifest], api_version: str, kind: str) -> Mapping[str, Any]:
    """Return the schema of a kind in a version; LookupError if there is none."""
    group, _, version = api_version.partition("/")
    for crd in crds:
        spec = crd.get("spec", {})
        if crd["kind"] != "CustomResourceDefinition" or spec["group"] != group:
            continue
        if spec["names"]["kind"] == kind:
            for served in spec["versions"]:
                if served["name"] == version:
                    found: Mapping[str, Any] = served["schema"]["openAPIV3Schema"]
                    return found
    raise LookupError(f"{api_version} {kind}")


def problems(value: Any, schema: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield what the API server would refuse or drop."""
    if schema.get("x-kubernetes-int-or-string"):
        return
    kind = schema.get("type")
    if kind and not isinstance(value, _TYPES[kind]):
        yield f"{where}: not of type {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{where}[{position}]")
    if isinstance(value, dict):
        yield from _of_object(value, schema, where)


def _of_object(value: dict[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}.{name}: missing"
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for name, item in value.items():
        if name in known:
            yield from problems(item, known[name], f"{where}.{name}")
        elif isinstance(others, dict):
            yield from problems(item, others, f"{where}.{name}")
        elif known and not schema.get("x-kubernetes-preserve-unknown-fields"):
            yield f"{where}.{name}: unknown"
