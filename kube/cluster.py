"""A cluster, read through its API. Nothing here writes: PATCH is a dry run, POST a question."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from errors import PlatformError
from kube.identity import Identity, group_of
from kube.manifests import Manifest

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
PAGE = 500
METADATA = "application/json;as=PartialObjectMetadata{};g=meta.k8s.io;v=v1"
"""Asks for an object, or a list (`{}` = `List`), without spec, data and status."""

APPLY = "application/apply-patch+yaml"  # JSON is YAML
YAML = "application/yaml"
"""Of a body that is JSON: the client would encode a text once more if it were called that."""

OK, FORBIDDEN, NOT_FOUND = 300, 403, 404

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

DRY_RUN_MANAGER = "gitops-bootstrap-preflight"


class ClusterError(PlatformError):
    """The cluster cannot be read: unreachable, or the kubeconfig does not let us in."""


class ForbiddenError(ClusterError):
    """The cluster answers, and refuses this request."""


class Answer:
    """The status of an answer and what it holds."""

    def __init__(self, status: int, content: Any) -> None:
        """Keep both."""
        self.status = status
        self.content = content

    @property
    def good(self) -> bool:
        """Whether the request succeeded."""
        return self.status < OK

    @property
    def message(self) -> str:
        """What the API server says went wrong."""
        text = self.content.get("message") if isinstance(self.content, dict) else self.content
        return str(text)


class Transport(Protocol):
    """What sends a request, so that tests need no server."""

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: str | None
    ) -> Answer:
        """Send it; ClusterError where there is no answer."""


class Cluster:
    """A reader of one cluster. Kinds are looked up once."""

    def __init__(self, send: Transport) -> None:
        """Use a transport: `connect` makes one from a kubeconfig."""
        self._send = send
        self._kinds: dict[str, dict[str, str]] = {}

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the object or list at an API path, None when it is not there.

        Raises ForbiddenError or ClusterError.
        """
        answer = self._request("GET", path, {"Accept": "application/json"})
        return None if answer.status == NOT_FOUND else dict(answer.content)

    def items(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list, page by page; nothing when the kind is not there."""
        yield from self._pages(path, "application/json", query)

    def metadata(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list without their content: `metadata` only."""
        yield from self._pages(path, METADATA.format("List"), query)

    def path_of(self, identity: Identity, version: str, *, collection: bool = False) -> str | None:
        """Return the API path of an object, or of all of its kind and namespace.

        None when the cluster does not know the kind.
        """
        prefix = f"/apis/{identity.group}/{version}" if identity.group else f"/api/{version}"
        if prefix not in self._kinds:
            found = self.get(prefix) or {}
            self._kinds[prefix] = {
                r["kind"]: r["name"] for r in found.get("resources", []) if "/" not in r["name"]
            }
        plural = self._kinds[prefix].get(identity.kind)
        if plural is None:
            return None
        place = f"/namespaces/{identity.namespace}" if identity.namespace else ""
        return f"{prefix}{place}/{plural}" + ("" if collection else f"/{quote(identity.name)}")

    def apply_dry(self, manifest: Manifest, *, force: bool) -> Answer:
        """Return what the API server would answer to a server-side apply; nothing is written.

        409 has the fields that other managers hold with another value, 422 what is refused.
        """
        identity = Identity.of(manifest)
        path = self.path_of(identity, manifest["apiVersion"].rpartition("/")[2])
        query = urlencode(
            {"dryRun": "All", "fieldManager": DRY_RUN_MANAGER, "force": str(force).lower()}
        )
        headers = {"Accept": "application/json", "Content-Type": APPLY}
        return self._send("PATCH", f"{path}?{query}", headers, json.dumps(manifest))

    def node_count(self) -> int:
        """Return how many nodes the cluster has."""
        return sum(1 for _ in self.metadata("/api/v1/nodes"))

    def version(self) -> str:
        """Return the version of the API server: `v1.36.3`."""
        return str((self.get("/version") or {}).get("gitVersion", ""))

    def image_version(self, path: str) -> str | None:
        """Return the tag of the first container's image of a workload, at an API path.

        None when the workload is not there, or its image has a digest alone.
        """
        workload = self.get(path)
        if workload is None:
            return None
        image = workload["spec"]["template"]["spec"]["containers"][0]["image"].partition("@")[0]
        _, colon, tag = image.rpartition("/")[2].partition(":")
        return tag if colon else None

    def may(self, verb: str, resource: str, *, group: str = "", namespace: str = "") -> bool:
        """Return whether the API server lets us do something; `*` stands for all.

        `resource` is the plural. A SelfSubjectAccessReview is answered and not kept. Raises
        ClusterError.
        """
        asked = {"verb": verb, "resource": resource, "group": group, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        headers = {"Accept": "application/json", "Content-Type": YAML}
        answer = self._send("POST", REVIEWS, headers, json.dumps(review))
        if not answer.good:
            raise ClusterError(f"POST {REVIEWS}: {answer.message} ({answer.status})")
        return bool(answer.content["status"].get("allowed"))

    def _pages(self, path: str, accept: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        following = ""
        while True:
            wanted = {"limit": str(PAGE), **query, **({"continue": following} if following else {})}
            answer = self._request("GET", f"{path}?{urlencode(wanted)}", {"Accept": accept})
            if answer.status == NOT_FOUND:
                return
            yield from answer.content.get("items") or []
            following = (answer.content.get("metadata") or {}).get("continue") or ""
            if not following:
                return

    def _request(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        answer = self._send(method, path, headers, None)
        if answer.good or answer.status == NOT_FOUND:
            return answer
        kind = ForbiddenError if answer.status == FORBIDDEN else ClusterError
        raise kind(f"{method} {path.partition('?')[0]}: {answer.message} ({answer.status})")


def connect(kubeconfig: str | None, context: str | None) -> Cluster:
    """Return a reader of the cluster that a kubeconfig's context leads to; as `transport`."""
    return Cluster(transport(kubeconfig, context))


def transport(kubeconfig: str | None, context: str | None) -> Transport:
    """Return what sends requests to the cluster that a kubeconfig's context leads to.

    None stands for the default file and its current context, as in the settings. The first request
    connects; a kubeconfig that cannot be used raises ClusterError here.
    """
    # Imported here: half a second, and most runs have nothing to ask a cluster.
    from kubernetes import config  # noqa: PLC0415
    from kubernetes.client import ApiClient, Configuration  # noqa: PLC0415
    from kubernetes.client.exceptions import ApiException  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    settings = Configuration()
    settings.retries = False  # an address that leads nowhere costs one timeout, not four
    try:
        api: ApiClient = config.new_client_from_config(  # type: ignore[no-untyped-call]
            config_file=str(Path(kubeconfig).expanduser()) if kubeconfig else None,
            context=context,
            persist_config=False,  # a fresh token is for this run; the file is the user's
            client_configuration=settings,
        )
    except (config.ConfigException, OSError, ValueError) as exc:
        raise ClusterError(f"the kubeconfig cannot be used: {exc}") from exc

    def send(method: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        request = api.param_serialize(
            method, path, header_params=dict(headers), body=body, auth_settings=["BearerToken"]
        )
        try:
            response = api.call_api(*request, _request_timeout=(CONNECT_SECONDS, READ_SECONDS))
            text = response.read()  # type: ignore[no-untyped-call]
        except (ApiException, HTTPError, OSError) as exc:
            raise ClusterError(f"{api.configuration.host}: {_reason(exc)}") from exc
        try:
            return Answer(response.status, json.loads(text))
        except ValueError:
            return Answer(response.status, text.decode(errors="replace"))

    return send


def api_version(manifest: Manifest) -> tuple[str, str]:
    """Return group and version of an object."""
    return group_of(manifest["apiVersion"]), manifest["apiVersion"].rpartition("/")[2]


def _reason(exc: BaseException) -> str:
    while exc.__cause__ or exc.__context__:
        exc = exc.__cause__ or exc.__context__  # type: ignore[assignment]
    return str(exc) or type(exc).__name__
