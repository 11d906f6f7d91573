"""What one run of the live sandbox has chosen: programs and ports."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from errors import ToolError
from tools.sandbox import files
from tools.sandbox.control_plane import is_free

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Below the range from which systems take the ports of outgoing connections: one that is free now
# must still be free when the process opens it, and again when it is restarted.
_FIRST, _LAST = 20_000, 32_000


@dataclass(frozen=True)
class Plan:
    """Programs by tool, ports by name."""

    binaries: Mapping[str, str]
    ports: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Return the plan of a started live sandbox; ToolError if there is none."""
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError as exc:
            msg = "the live controllers are not running (make live)"
            raise ToolError(msg) from exc

    def write(self, path: Path) -> None:
        """Write it where the supervisor and the tests read it."""
        files.write_private(path, json.dumps(asdict(self), indent=2))


def free_ports(names: Iterable[str]) -> dict[str, int]:
    """Return a port of its own for each name, on which nobody listens now."""
    candidates = list(range(_FIRST, _LAST))
    # At random, so that two live sandboxes that start at the same time do not meet.
    random.shuffle(candidates)
    free = (port for port in candidates if is_free(port))
    return {name: next(free) for name in names}
