"""An event listener of the live stack, as a Git host and a build reach it."""

import base64
import hashlib
import hmac
import json
from http.client import HTTPConnection
from typing import Any

from tests.support.engine import Cluster
from tools.live.lifecycle import Live


class Listener:
    """The listener of a delivery, at the address of the Service that Triggers has made for it."""

    def __init__(self, cluster: Cluster, live: Live, application: str) -> None:
        namespace = f"{application}-delivery"
        (service,) = cluster.items("service", f"el-{application}-push", "-n", namespace)
        self.host = str(service["spec"]["clusterIP"])
        self.port = int(service["spec"]["ports"][0]["port"])
        self._secret = entry(cluster, namespace, "push-secret", "secret")
        self._log = live.paths.logs / "tekton-triggers-interceptors.log"

    def post(self, content: Any, headers: dict[str, str]) -> int:
        """Post an event; return the status, which says nothing of what comes of it."""
        connection = HTTPConnection(self.host, self.port, timeout=10)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        try:
            headers = {"Content-Type": "application/json", **headers}
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def push(self, event: Any) -> int:
        """Post an event as GitHub does, signed with the stack's secret."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        digest = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        return self.post(
            body, {"X-GitHub-Event": "push", "X-Hub-Signature-256": f"sha256={digest}"}
        )

    def refusals(self) -> list[str]:
        """Return what the interceptors have answered to events that nothing came of."""
        return [line for line in self._log.read_text().splitlines() if "Continue:false" in line]


def entry(cluster: Cluster, namespace: str, name: str, key: str) -> bytes:
    """Return an entry of a Secret."""
    (found,) = cluster.items("secret", name, "-n", namespace)
    return base64.b64decode(found["data"][key])
