"""An API server of a few canned answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kube.cluster import Answer

MISSING = Answer(404, {"message": "not found"})


@dataclass
class FakeApi:
    """Answers by path; keeps what was asked for."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def has(self, path: str, content: Any, status: int = 200) -> None:
        """Answer with that content from now on; the path carries its query, if it has one."""
        self.answers[path] = Answer(status, content)

    def knows(self, prefix: str, **plurals: str) -> None:
        """Serve the kinds of a group and version, each with its plural."""
        names = [{"kind": kind, "name": plural} for kind, plural in plurals.items()]
        self.has(prefix, {"resources": names})

    def send(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        """Send it: the transport of a Cluster."""
        del headers
        self.asked.append((method, path, body))
        found = self.answers.get(path) or self.answers.get(path.partition("?")[0])
        return found or MISSING

    @property
    def bodies(self) -> list[Any]:
        """What was sent, parsed."""
        return [json.loads(body) for _, _, body in self.asked if body]
