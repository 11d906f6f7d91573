"""The grammar of the entries `resource.*` of argocd-cm.

Argo CD reads all customizations in one go: a key that it cannot parse, or a value of another shape,
fails the whole call, and no application is compared or synced any more. Entries that it passes over
or that break a single kind are told as well.
Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/util/settings/settings.go
(appendResourceOverridesFromSplitKeys, GetResourcesFilter, GetResourceCompareOptions)
"""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

CUSTOMIZATIONS = "resource.customizations"
EXCLUSIONS = "resource.exclusions"

# What Go's strconv.ParseBool takes.
BOOLEANS = ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")


_Text = str | int | float | bool
"""Argo CD takes any scalar for a text."""


class _Shape(BaseModel):
    """Like Argo CD: unknown keys do no harm, values of another type do."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _Fields(_Shape):
    json_pointers: list[_Text] | None = Field(None, alias="jsonPointers")
    jq_path_expressions: list[_Text] | None = Field(None, alias="jqPathExpressions")
    managers: list[_Text] | None = Field(None, alias="managedFieldsManagers")


class _KnownType(_Shape):
    field: _Text
    type: _Text


class _Definition(_Shape):
    name: _Text
    script: str = Field(alias="action.lua")


class _Actions(_Shape):
    discovery: str | None = Field(None, alias="discovery.lua")
    definitions: list[_Definition] | None = None
    merge_builtin_actions: bool | None = Field(None, alias="mergeBuiltinActions")


class _Filter(_Shape):
    api_groups: list[_Text] | None = Field(None, alias="apiGroups")
    kinds: list[_Text] | None = None
    clusters: list[_Text] | None = None


_TYPES: Mapping[str, TypeAdapter[Any] | None] = {
    "actions": TypeAdapter(_Actions),
    "health": None,
    "ignoreDifferences": TypeAdapter(_Fields | None),
    "ignoreResourceUpdates": TypeAdapter(_Fields | None),
    "knownTypeFields": TypeAdapter(list[_KnownType] | None),
    "useOpenLibs": None,
}
"""The types of customization and the shape of their YAML; None: their value is no YAML."""

_WHOLE: Mapping[str, TypeAdapter[Any]] = {
    CUSTOMIZATIONS: TypeAdapter(dict[str, dict[str, Any]] | None),
    "resource.compareoptions": TypeAdapter(dict[str, Any] | None),
    EXCLUSIONS: TypeAdapter(list[_Filter] | None),
    "resource.inclusions": TypeAdapter(list[_Filter] | None),
}
"""Entries that are one YAML document each."""


def key(customization: str, group_kind: str) -> str:
    """Return the key of a customization, `health` say, of `GROUP/KIND`."""
    return f"{CUSTOMIZATIONS}.{customization}.{group_kind.replace('/', '_')}"


def problems(entries: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with entries of argocd-cm, by key: `REASON; allowed: WHAT`."""
    found = {name: problem(name, value) for name, value in sorted(entries.items())}
    return {name: text for name, text in found.items() if text}


def problem(name: str, value: str) -> str | None:
    """Return what is wrong with an entry, or nothing; keys of other settings are not judged."""
    if name.startswith(CUSTOMIZATIONS) and name not in _WHOLE:
        _, _, kind, target = (*name.split(".", 3), "", "")[:4]
        return _unreadable_key(kind, target) or _unreadable_value(value, kind)
    shape = _WHOLE.get(name)
    return _misshapen(value, shape) if shape else None


def _unreadable_key(kind: str, target: str) -> str | None:
    form = f"allowed: {CUSTOMIZATIONS}.TYPE.GROUP_KIND, or KIND alone for the core group"
    if not target:
        return f"it has no effect without type and kind; {form}"
    if kind not in _TYPES:
        return f"{kind} is no type of customization; allowed: {', '.join(_TYPES)}"
    return f"more than one underscore in {target}; {form}" if target.count("_") > 1 else None


def _unreadable_value(value: str, kind: str) -> str | None:
    if kind == "useOpenLibs" and value not in BOOLEANS:
        return 'it is no boolean; allowed: "true" or "false"'
    shape = _TYPES[kind]
    return _misshapen(value, shape) if shape else None


def _misshapen(value: str, shape: TypeAdapter[Any]) -> str | None:
    try:
        shape.validate_python(yaml.safe_load(value))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        return f"it is no YAML{where}; allowed: a YAML text"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        where = f" at {path}" if path else ""
        return f"it has another shape{where}; allowed: {first['msg'].lower()}"
    return None
