"""Is it ready? Asked of the process itself, never guessed from the time that has passed."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tools.live.api import Api

_SECONDS = 2.0
_OK = 200


@dataclass(frozen=True)
class Around:
    """Where a process can be asked."""

    ports: Mapping[str, int]
    sockets: Path
    """The folder of the plugins' sockets."""
    api: Api


class Question(Protocol):
    """Something that can be asked again and again."""

    def answered(self, around: Around) -> bool:
        """Tell whether the answer is yes; no answer is no."""


@dataclass(frozen=True)
class Http:
    """GET gives 200."""

    port: str
    path: str

    def answered(self, around: Around) -> bool:
        """Ask."""
        connection = HTTPConnection("127.0.0.1", around.ports[self.port], timeout=_SECONDS)
        try:
            connection.request("GET", self.path)
            return connection.getresponse().status == _OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@dataclass(frozen=True)
class Listening:
    """A port accepts connections: for what speaks TLS with a certificate of its own making."""

    port: str

    def answered(self, around: Around) -> bool:
        """Ask."""
        with socket.socket() as connection:
            connection.settimeout(_SECONDS)
            return connection.connect_ex(("127.0.0.1", around.ports[self.port])) == 0


@dataclass(frozen=True)
class Redis:
    """PING is answered, if only by the wish for a password."""

    port: str

    def answered(self, around: Around) -> bool:
        """Ask."""
        try:
            with socket.create_connection(
                ("127.0.0.1", around.ports[self.port]), _SECONDS
            ) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False


@dataclass(frozen=True)
class Socket:
    """A plugin's socket accepts connections."""

    name: str

    def answered(self, around: Around) -> bool:
        """Ask."""
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(around.sockets / self.name)) == 0


@dataclass(frozen=True)
class Registered:
    """A webhook configuration carries the rules and the CA that its process writes into it."""

    path: str
    """Of the configuration, below the API server."""

    def answered(self, around: Around) -> bool:
        """Ask."""
        webhooks = (around.api.get(self.path) or {}).get("webhooks", [])
        return bool(webhooks) and all(
            webhook.get("rules") and webhook["clientConfig"].get("caBundle") for webhook in webhooks
        )


@dataclass(frozen=True)
class All:
    """Several questions, in order; the first no ends it."""

    questions: tuple[Question, ...]

    def answered(self, around: Around) -> bool:
        """Ask."""
        return all(question.answered(around) for question in self.questions)
