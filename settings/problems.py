"""The wording of configuration problems: key, value, what is allowed, how to mend it.

What is allowed is read from the JSON Schema of the models, so that no rule is written twice.
"""

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails, PydanticCustomError

Path = tuple[str | int, ...]
"""The way to a value, as keys of the stack file and positions in lists."""

Schema = Mapping[str, Any]

EXPLAINED = "explained"
"""The type of an error whose message says all that is to say."""

_ECHO_LIMIT = 64
MOST_LINES = 12
"""How many lines of a list are shown."""

_LOGIN = re.compile("://[^/@]+@")
"""Credentials in an address."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: the key, and what to say about it."""

    key: str
    text: str


def explained(text: str) -> PydanticCustomError:
    """Return what a check of a value raises to say by itself what is allowed, and the fix."""
    return PydanticCustomError(EXPLAINED, "{text}", {"text": text})


def report(stack: str, problems: Iterable[Problem]) -> str:
    """Return the message that lists all problems, sorted by key."""
    lines = [f"{problem.key}: {problem.text}" for problem in sorted(set(problems))]
    noun = "problem" if len(lines) == 1 else "problems"
    return "\n  ".join([f'stack "{stack}": {len(lines)} configuration {noun}', *lines])


def bounded(title: str, lines: Sequence[str]) -> list[str]:
    """Return a title with its lines below it, not too many; nothing without lines."""
    if not lines:
        return []
    more = len(lines) - MOST_LINES
    rest = [f"    and {more} more"] if more > 0 else []
    return [title, *(f"    {line}" for line in lines[:MOST_LINES]), *rest]


def dotted(path: Path) -> str:
    """Return a path in Pulumi's notation, as `pulumi config set --path` takes it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("-", "").replace("_", "").isalnum() and part.isascii():
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def echo(value: object) -> str:
    """Return a value as it may be shown: long texts and whole sections are only described."""
    match value:
        case dict() as entries:
            return "a map" if entries else "{}"
        case list() as items:
            return "a list" if items else "[]"
        case str() if len(value) > _ECHO_LIMIT or "\n" in value:
            return f"a text of {len(value)} characters"
        case str() if _LOGIN.search(value):
            return json.dumps(_LOGIN.sub("://[secret]@", value))
        case _:
            return json.dumps(value)


def suggestion(name: str, known: Collection[str]) -> str:
    """Return `did you mean X? ` for the known name that is most like the given one, if any is."""
    folded = {_fold(candidate): candidate for candidate in sorted(known)}
    matches = difflib.get_close_matches(_fold(name), folded, n=1)
    matches = matches or [known for known in folded if known.endswith(f"/{_fold(name)}")]
    return f"did you mean {folded[matches[0]]}? " if matches else ""


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def problem_of(error: ErrorDetails, root: Schema, *, secret: bool) -> Problem:
    """Return the problem that a validation error stands for; a secret value is not shown."""
    path, is_key = location(error)
    key = dotted(path)
    if error["type"] == "extra_forbidden":
        known = sorted(schema_at(path[:-1], root).get("properties", {}))
        name = str(path[-1])
        flat = name.partition(".")[0]
        hint = suggestion(name, known)
        if flat != name and flat in known:
            hint = f"a nested key is set with pulumi config set --path '{name}' VALUE. "
        listed = ", ".join(known)
        return Problem(key, f"unknown key; {hint}Known: {listed}. Fix: rename or remove it")
    if error["type"] == EXPLAINED:
        return Problem(key, error["msg"])
    if is_key:
        names = allowed(_schema_of_keys(schema_at(path[:-1], root)), root)
        return Problem(key, f"not allowed as a key; allowed: {names}. Fix: rename it")
    schema = schema_at(path, root)
    if error["type"] == "missing":
        return Problem(key, f"not set; allowed: {allowed(schema, root)}. Fix: {put(key, 'VALUE')}")
    value = "[secret]" if secret else echo(error["input"])
    if error["type"] == "repeated":
        value = "a list with a repeated entry"
    default = schema.get("default")
    end = "" if default is None else f" for the default {echo(default)}"
    way = "write it as a map" if "properties" in schema else put(key, "VALUE")
    if schema.get("writeOnly"):
        way = put_secret(key)
    if schema_of_values(schema).get("writeOnly"):
        way = f"set each value by itself, {put_secret(f'{key}.NAME')}"
    fix = f"{way}, or {remove(key)}{end}"
    return Problem(key, f"{value} is not allowed; allowed: {allowed(schema, root)}. Fix: {fix}")


def location(error: ErrorDetails) -> tuple[Path, bool]:
    """Return the path of an error, and whether it is about the key there, not about its value."""
    path = error["loc"]
    # Pydantic marks an error in a map's key by one more part.
    is_key = len(path) > 1 and path[-1] == "[key]" and error["input"] == path[-2]
    return (path[:-1] if is_key else path), is_key


def remove(key: str) -> str:
    """Return the command that takes a key out of the stack file."""
    return f"pulumi config rm --path {_quoted(key)}"


def put(key: str, value: str) -> str:
    """Return the command that sets a key in the stack file."""
    return f"pulumi config set --path {_quoted(key)} {value}"


def put_secret(key: str) -> str:
    """Return the command that stores a secret value; it asks for the value, or reads it."""
    return f"pulumi config set --secret --path {_quoted(key)}"


def _quoted(key: str) -> str:
    return "'" + key.replace("'", "'\\''") + "'"


def schema_at(path: Path, root: Schema) -> Schema:
    """Return the schema of the value at a path; an empty one where the path leads nowhere."""
    schema = resolved(root, root)
    for part in path:
        if isinstance(part, int):
            schema = schema.get("items", {})
        else:
            schema = schema.get("properties", {}).get(part) or schema_of_values(schema)
        schema = resolved(schema, root)
    return schema


def resolved(schema: Schema, root: Schema) -> Schema:
    """Return the schema that a reference stands for, under the words of the referring place.

    Of a value that may be left out it is the schema of the value.
    """
    match schema:
        case {"anyOf": [first, {"type": "null"}], **words}:
            return {**resolved(first, root), **words}
        case {"$ref": str() as name, **words}:
            return {**root["$defs"][name.rpartition("/")[2]], **words}
    return schema


def schema_of_values(schema: Schema) -> Schema:
    """Return what a map's values must be; pydantic puts a pattern of the keys beside it."""
    values: list[Schema] = [*schema.get("patternProperties", {}).values()]
    return values[0] if values else schema.get("additionalProperties") or {}


def _schema_of_keys(schema: Schema) -> Schema:
    """Return what a map's keys must be."""
    keys = {"type": "string", **schema.get("propertyNames", {})}
    for pattern in schema.get("patternProperties", {}):
        keys["pattern"] = pattern
    return keys


def allowed(schema: Schema, root: Schema) -> str:
    """Return in words what a schema allows."""
    schema = resolved(schema, root)
    if options := [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]:
        return " or ".join(allowed(option, root) for option in options)
    if "enum" in schema:
        return " or ".join(map(json.dumps, schema["enum"]))
    return _WORDS.get(schema.get("type", ""), _any)(schema, root)


def _number(schema: Schema, _root: Schema) -> str:
    bounds = (("from", "minimum"), ("to", "maximum"))
    words = [f"{word} {schema[key]}" for word, key in bounds if key in schema]
    return " ".join([schema["type"], *words])


def _text(schema: Schema, _root: Schema) -> str:
    words = "text"
    if "examples" in schema:
        words += f" like {schema['examples'][0]}"
    if "maxLength" in schema:
        words += f" of at most {schema['maxLength']} characters"
    if "pattern" in schema:
        words += f" matching {schema['pattern']}"
    return words


def _list(schema: Schema, root: Schema) -> str:
    kind = "non-empty list" if schema.get("minItems") else "list"
    repeats = ", without repeats," if schema.get("uniqueItems") else ""
    return f"{kind}{repeats} of {allowed(schema['items'], root)}"


def _map(schema: Schema, root: Schema) -> str:
    if "properties" in schema:
        return f"map with the keys {', '.join(sorted(schema['properties']))}"
    return f"map whose values are {allowed(schema_of_values(schema), root)}"


def _any(_schema: Schema, _root: Schema) -> str:
    return "any value"


_WORDS: Mapping[str, Callable[[Schema, Schema], str]] = {
    "array": _list,
    "boolean": lambda _schema, _root: "true or false",
    "integer": _number,
    "number": _number,
    "object": _map,
    "string": _text,
}
