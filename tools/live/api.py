"""The requests that a kubelet makes, on top of those of the sandbox."""

from __future__ import annotations

import json
from base64 import b64decode
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from tools.sandbox import files
from tools.sandbox.client import Client

if TYPE_CHECKING:
    from tools.live.paths import Paths

_OK = 300
_KINDS = {"configMapKeyRef": "configmaps", "secretKeyRef": "secrets"}


class Api(Client):
    """One connection to the API server of a live sandbox."""

    @classmethod
    def of(cls, paths: Paths) -> Api:
        """Return a client as the user of the sandbox's kubeconfig."""
        return cls(paths.sandbox, files.server_of(paths.sandbox.kubeconfig))

    def items(self, path: str) -> list[dict[str, Any]] | None:
        """Return the objects of a list, None if the API server did not answer."""
        # From its memory: a moment old is good enough for what asks again and again.
        answer = self.get(f"{path}{'&' if '?' in path else '?'}resourceVersion=0")
        return None if answer is None else list(answer["items"])

    def entries(self, reference: str, namespace: str, name: str) -> dict[str, str]:
        """Return the decoded entries of what a `configMapKeyRef` or `secretKeyRef` names."""
        found = self.get(f"/api/v1/namespaces/{namespace}/{_KINDS[reference]}/{name}") or {}
        data = found.get("data") or {}
        if reference == "configMapKeyRef":
            return dict(data)
        return {key: b64decode(value).decode() for key, value in data.items()}

    def annotate(self, path: str, annotations: dict[str, str]) -> bool:
        """Add annotations to an object; whether it worked."""
        headers = {"Content-Type": "application/merge-patch+json", "Accept": "application/json"}
        patch = json.dumps({"metadata": {"annotations": annotations}})
        try:
            connection = self._connection()
            connection.request("PATCH", path, patch, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            if self._open:
                self._open.close()
            return False
        return response.status < _OK
