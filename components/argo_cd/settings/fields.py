"""The small named types of Argo CD's settings."""

from typing import Annotated

from pydantic import Field

ServerUrl = Annotated[
    str,
    Field(
        pattern=(
            r"^(https://[-.a-zA-Z0-9]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?"
            r"(/[-._~a-zA-Z0-9/]*)?$"
        ),
        examples=["https://argocd.example.com"],
    ),
]
"""Address of a web server. Plain HTTP only on the user's own machine."""


SourcePattern = Annotated[
    str,
    Field(
        pattern=r"^!?[^\s@!]([^\s]*)$",
        max_length=1024,
        examples=["https://git.example.com/team/*"],
    ),
]
"""Address of repositories. `*` ends at a slash, `**` does not; with `!` before it: refused ones."""

NamePattern = Annotated[
    str,
    Field(
        pattern=r"^!?[-.a-zA-Z0-9*?]+$",
        max_length=253,
        examples=["team-*"],
    ),
]
"""Name of a Kubernetes object with wildcards; with `!` before it, the ones that are refused."""


# What tells the parts of a policy's line apart cannot be in one: commas, quotes, line breaks.
PolicyName = Annotated[
    str,
    Field(
        pattern=r'^[^\s,"]([^,"\r\n\t]*[^\s,"])?$',
        max_length=253,
        examples=["platform-team"],
    ),
]
"""Name of a group, account or object in a policy."""

RoleName = Annotated[
    str,
    Field(
        pattern=r"^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$",
        max_length=63,
        examples=["developer"],
    ),
]
"""Name of a role, without `role:` before it."""

ProjectPattern = Annotated[
    str, Field(pattern=r"^[-.a-z0-9*]+$", max_length=253, examples=["team-a"])
]
"""Name of an AppProject; `*` is a wildcard."""

ObjectPattern = Annotated[
    str,
    Field(pattern=r"^[-._a-zA-Z0-9*]+(/[-._a-zA-Z0-9*]+)?$", max_length=253, examples=["web-*"]),
]
"""Name of an application, with its namespace before it where that is not Argo CD's."""

Action = Annotated[
    str,
    Field(
        pattern=(
            r"^(\*|get|create|update|delete|sync|override|invoke"
            r"|(action|update|delete)/[-._a-zA-Z0-9*/]+)$"
        ),
        examples=["sync"],
    ),
]
"""An action of Argo CD's access rules; resource actions are `action/GROUP/KIND/NAME`."""

Cron = Annotated[
    str,
    Field(pattern=r"^([-*/,0-9a-zA-Z?]+\x20){4}[-*/,0-9a-zA-Z?]+$", examples=["0 22 * * *"]),
]
"""Five fields of cron: minute, hour, day of the month, month, day of the week."""

Duration = Annotated[
    str, Field(pattern=r"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", min_length=2, examples=["1h30m"])
]
"""A duration as Go writes it."""

TimeZone = Annotated[
    str, Field(pattern=r"^[A-Za-z][-+_A-Za-z0-9]*(/[-+_A-Za-z0-9]+)*$", examples=["Europe/Berlin"])
]
"""Name of a time zone."""

Base64 = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", examples=["LS0tLS1CRUdJTi..."]),
]
"""Bytes in base64, on one line."""


KnownHost = Annotated[
    str,
    Field(
        pattern=r"^[^\s#@]+\x20[-.@a-z0-9]+\x20[A-Za-z0-9+/]+={0,2}$",
        examples=["git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI..."],
    ),
]
"""A line of a known_hosts file: host, kind of key, key."""
