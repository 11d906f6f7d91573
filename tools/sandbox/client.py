"""The few requests that the sandbox makes to its own API server, with the standard library.

A Kubernetes client takes longer to import than the sandbox takes to answer.
"""

from __future__ import annotations

import json
import ssl
from http.client import HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

    from tools.sandbox.layout import Layout

_OK = 300
_CONFLICT = 409


class Client:
    """One connection, as the user of the kubeconfig. Use as a context manager."""

    def __init__(self, layout: Layout, server: str, timeout: float = 5) -> None:
        """Prepare; the connection is made by the first request."""
        self._layout = layout
        self._address = urlsplit(server)
        self._timeout = timeout
        self._open: HTTPSConnection | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        if self._open:
            self._open.close()

    def get(self, path: str) -> Any:
        """Return the answer to a GET (text where it is not JSON), None if there is no good one."""
        status, body = self._request("GET", path)
        return body if status and status < _OK else None

    def create(self, path: str, manifest: dict[str, Any]) -> bool:
        """Create an object; whether it exists now."""
        status, _ = self._request("POST", path, manifest)
        return bool(status) and (status < _OK or status == _CONFLICT)

    def _request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json, */*"}
        payload = json.dumps(body) if body else None
        try:
            connection = self._connection()
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            content = response.read().decode()
        except (OSError, HTTPException):
            if self._open:
                self._open.close()  # the next request opens it again
            return 0, None
        if response.headers.get_content_type() == "application/json":
            return response.status, json.loads(content)
        return response.status, content

    def _connection(self) -> HTTPSConnection:
        if self._open is None:
            keys = self._layout.pki
            context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
            context.load_cert_chain(keys / "admin.crt", keys / "admin.key")
            self._open = HTTPSConnection(
                self._address.hostname or "",
                self._address.port,
                timeout=self._timeout,
                context=context,
            )
        return self._open
