"""The stack's secret values: one encrypted map of names to values, which settings refer to by name.

A setting that stands for a secret ends in `From` and holds a name: `passwordFrom: gitToken`. The
value is set with `pulumi config set --secret --path 'secrets.gitToken'` and is nowhere else.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, SecretStr

from settings.problems import Path, Problem, dotted, put_secret, remove

SECTION = "secrets"

SecretName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-zA-Z0-9]*$", max_length=63, examples=["gitToken"]),
]
"""The name of a value below `secrets`."""

SecretText = Annotated[SecretStr, Field(min_length=1)]
"""A secret value; its text shows in no representation."""

ENCRYPTED = "(encrypted)"
"""What stands for a value in a stack file that is read without its key."""


def unveiled(raw: Any) -> Any:
    """Return the raw map with a placeholder for each value that is still encrypted.

    The engine hands values over decrypted; who reads a stack file itself sees `secure: ...`.
    """
    if not isinstance(raw, Mapping):
        return raw
    return {name: ENCRYPTED if _is_encrypted(value) else value for name, value in raw.items()}


def plain_values(raw: Any, secret_keys: Collection[str]) -> Iterator[Problem]:
    """Yield the values that a stack file holds readable; the engine only tells of the whole map."""
    if not isinstance(raw, Mapping):
        return
    for name, value in raw.items():
        # What the engine has decrypted is secret; only the placeholder is known to everybody.
        if value == ENCRYPTED if SECTION in secret_keys else isinstance(value, str):
            key = dotted((SECTION, name))
            text = (
                "[secret] is not allowed: it is stored as plain text; allowed: an encrypted value. "
                f"Fix: {remove(key)}, then {put_secret(key)} with a new value"
            )
            yield Problem(key, text)


def references(section: BaseModel, here: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each setting that names a secret value, and the name: all that end in `From`."""
    for name, field in type(section).model_fields.items():
        value, path = getattr(section, name), (*here, field.alias or name)
        if name.endswith("_from") and isinstance(value, str):
            yield path, value
        yield from _nested(value, path)


def revealed(value: Any, secrets: Mapping[str, SecretStr]) -> Any:
    """Return a section as plain data: values in place of names, `password` for `password_from`.

    What is not set is left out. Keys are the names of the fields.
    """
    match value:
        case BaseModel():
            given = ((name, getattr(value, name)) for name in type(value).model_fields)
            return {
                name.removesuffix("_from"): secrets[item].get_secret_value()
                if name.endswith("_from")
                else revealed(item, secrets)
                for name, item in given
                if item is not None
            }
        case dict():
            return {key: revealed(item, secrets) for key, item in value.items()}
        case list():
            return [revealed(item, secrets) for item in value]
    return value


def _nested(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, BaseModel):
        yield from references(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _nested(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _nested(item, (*path, position))


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secure"}
