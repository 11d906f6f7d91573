"""Reading a cluster."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from kube.cluster import Cluster, ClusterError, ForbiddenError, connect
from kube.identity import Identity
from tests.support.fake_api import FakeApi
from tests.support.programs import write_program

SERVER = Identity("apps", "Deployment", "argocd", "argocd-server")


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return ("127.0.0.1", 0)


def test_the_path_of_an_object_comes_from_what_the_cluster_serves(
    api: FakeApi, cluster: Cluster
) -> None:
    api.knows("/apis/apps/v1", Deployment="deployments")
    api.knows("/api/v1", Namespace="namespaces")

    assert (
        cluster.path_of(SERVER, "v1") == "/apis/apps/v1/namespaces/argocd/deployments/argocd-server"
    )
    assert cluster.path_of(SERVER, "v1", collection=True) == (
        "/apis/apps/v1/namespaces/argocd/deployments"
    )
    namespace = Identity("", "Namespace", "", "argocd")
    assert cluster.path_of(namespace, "v1") == "/api/v1/namespaces/argocd"
    assert [path for _, path, _ in api.asked] == ["/apis/apps/v1", "/api/v1"]  # each once


def test_a_kind_that_the_cluster_does_not_know_has_no_path(cluster: Cluster) -> None:
    assert cluster.path_of(Identity("argoproj.io", "AppProject", "argocd", "ci"), "v1") is None


def test_a_list_is_read_to_its_last_page(api: FakeApi, cluster: Cluster) -> None:
    api.has("/api/v1/nodes?limit=500", {"metadata": {"continue": "more"}, "items": [{}, {}]})
    api.has("/api/v1/nodes?limit=500&continue=more", {"metadata": {}, "items": [{}]})

    assert cluster.node_count() == 3


def test_what_is_not_there_is_none_and_an_empty_list(cluster: Cluster) -> None:
    assert cluster.get("/api/v1/namespaces/argocd") is None
    assert list(cluster.items("/apis/apps.kruise.io/v1alpha1/clonesets")) == []


@pytest.mark.parametrize(
    "status, error", [(403, ForbiddenError), (401, ClusterError), (500, ClusterError)]
)
def test_a_refused_request_says_what_the_server_said(
    status: int, error: type[ClusterError], api: FakeApi, cluster: Cluster
) -> None:
    api.has("/api/v1/nodes", {"message": "nodes is forbidden"}, status)

    with pytest.raises(error, match=rf"GET /api/v1/nodes: nodes is forbidden \({status}\)"):
        cluster.node_count()


def test_an_apply_is_tried_without_writing(api: FakeApi, cluster: Cluster) -> None:
    api.knows("/apis/apps/v1", Deployment="deployments")
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "argocd-server", "namespace": "argocd"},
    }
    cluster.apply_dry(manifest, force=False)

    method, path, _ = api.asked[-1]
    assert method == "PATCH"
    assert "dryRun=All" in path
    assert "force=false" in path
    assert api.bodies == [manifest]


def kubeconfig(folder: Path, server: str, user: dict[str, Any]) -> str:
    path = folder / "config"
    path.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": user}],
                "contexts": [{"name": "staging", "context": {"cluster": "c", "user": "u"}}],
            }
        )
    )
    return str(path)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_credential_plugin_logs_in(version: str, tmp_path: Path, httpserver: HTTPServer) -> None:
    api = f"client.authentication.k8s.io/{version}"
    credential = {"apiVersion": api, "kind": "ExecCredential", "status": {"token": "minted"}}
    plugin = tmp_path / "plugin"
    write_program(plugin, f"print({json.dumps(credential)!r})\n")
    user = {"exec": {"apiVersion": api, "command": str(plugin), "interactiveMode": "Never"}}
    httpserver.expect_request(
        "/api/v1/nodes", headers={"Authorization": "Bearer minted"}
    ).respond_with_json({"metadata": {}, "items": [{}]})

    path = kubeconfig(tmp_path, httpserver.url_for("").rstrip("/"), user)
    assert connect(path, "staging").node_count() == 1


def test_a_context_that_is_not_in_the_file_is_an_error(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "https://127.0.0.1:1", {"token": "t"})

    with pytest.raises(ClusterError, match=r"the kubeconfig cannot be used: .*production"):
        connect(path, "production")


def test_a_server_that_does_not_answer_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "http://127.0.0.1:1", {"token": "t"})

    with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:1: .*refused"):
        connect(path, "staging").node_count()


@pytest.mark.parametrize("allowed", [True, False])
def test_a_right_is_asked_for_as_the_api_server_wants_it(
    allowed: bool, tmp_path: Path, httpserver: HTTPServer
) -> None:
    asked = {"verb": "create", "resource": "deployments", "group": "apps", "namespace": "argocd"}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    # An object, not a text that holds one.
    httpserver.expect_request(path, method="POST", json=review).respond_with_json(
        {"status": {"allowed": allowed}}, status=201
    )
    config = kubeconfig(tmp_path, httpserver.url_for("").rstrip("/"), {"token": "t"})

    granted = connect(config, "staging").may(
        "create", "deployments", group="apps", namespace="argocd"
    )
    assert granted is allowed
