"""From the seed to values: HKDF-SHA256, one branch for each credential, use and rotation.

Ref: https://www.rfc-editor.org/rfc/rfc5869
"""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT = b"gitops-bootstrap credentials 1"
"""Never change it: that rotates every credential of every platform."""

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
"""Letters and digits that are not taken for one another when read aloud or typed off."""

_SPARE = 16
"""Bytes more than a text needs, so that no character is noticeably likelier than another."""


@dataclass(frozen=True)
class Derivation:
    """Derives values for one platform."""

    seed: str = field(repr=False)
    """The secret, as text; its quality is checked with the settings."""

    scope: str
    """What the values are for, the cluster's identifier: one seed in two stacks gives each its own.
    """

    def key(self, name: str, rotation: int = 0, length: int = 32) -> bytes:
        """Return that many bytes; a name is a credential, or one of its uses."""
        info = json.dumps([self.scope, name, rotation]).encode()
        return HKDF(algorithm=SHA256(), length=length, salt=SALT, info=info).derive(
            self.seed.encode()
        )

    def text(self, name: str, rotation: int, length: int) -> str:
        """Return that many characters of ALPHABET, each worth 5.8 bits."""
        number = int.from_bytes(self.key(name, rotation, length + _SPARE))
        characters = []
        for _ in range(length):
            number, index = divmod(number, len(ALPHABET))
            characters.append(ALPHABET[index])
        return "".join(characters)

    def identifier(self, name: str, rotation: int) -> str:
        """Return a UUID."""
        return str(uuid.UUID(bytes=self.key(name, rotation, 16), version=4))

    def mark(self, name: str, value: str) -> bytes:
        """Return 32 bytes that change with the value and, without the seed, tell nothing of it."""
        return hmac.digest(self.key(f"mark of {name}"), value.encode(), hashlib.sha256)
