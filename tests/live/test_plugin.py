"""A config management plugin: from a file in Git, through its server, to an object."""

import json
from collections.abc import Iterator

import pytest

from tests.live.conftest import ArgoCd, Eventually, Repository
from tests.live.manifests import oam_application
from tests.support.engine import Cluster
from tools.live import lifecycle
from tools.live.lifecycle import Live

DEPLOYMENT = ("deployment", "argocd-repo-server", "-n", "argocd")
DEFINITION = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "ConfigManagementPlugin",
    "metadata": {"name": "vela"},
    "spec": {"generate": {"command": ["sh", "/opt/vela/generate.sh"]}},
}
GENERATE = """echo "for $ARGOCD_APP_NAME" >&2
test -s vela.json || { echo "vela.json is missing" >&2; exit 1; }
cat vela.json
"""


@pytest.fixture
def plugin(live: Live, cluster: Cluster) -> Iterator[None]:
    """Add a plugin `vela` to the repo-server, as its users do, and take it away again."""
    folder = "/home/argocd/cmp-server/config"
    container = {
        "name": "vela",
        "image": "example.org/argocd:1",
        "command": ["/var/run/argocd/argocd-cmp-server"],
        "volumeMounts": [
            {"name": "vela", "mountPath": f"{folder}/plugin.yaml", "subPath": "plugin.yaml"},
            {"name": "vela", "mountPath": "/opt/vela"},
        ],
    }
    volume = {"name": "vela", "configMap": {"name": "vela"}}
    files = {"plugin.yaml": json.dumps(DEFINITION), "generate.sh": GENERATE}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "data": files}
    config_map["metadata"] = {"name": "vela", "namespace": "argocd"}
    patch = {"spec": {"template": {"spec": {"containers": [container], "volumes": [volume]}}}}
    gone = {"name": "vela", "$patch": "delete"}
    unpatch = {"spec": {"template": {"spec": {"containers": [gone], "volumes": [gone]}}}}

    cluster.run("apply", "-f", "-", stdin=json.dumps(config_map))
    cluster.run("patch", *DEPLOYMENT, "--patch", json.dumps(patch))
    try:
        cluster.run("rollout", "status", *DEPLOYMENT, "--timeout=60s")
        lifecycle.wait(live, print)
        yield
    finally:
        cluster.run("patch", *DEPLOYMENT, "--patch", json.dumps(unpatch))
        cluster.run("delete", "configmap", "vela", "-n", "argocd")
        cluster.run("rollout", "status", *DEPLOYMENT, "--timeout=60s")
        lifecycle.wait(live, print)


@pytest.mark.usefixtures("plugin")
def test_an_application_of_the_plugin_is_generated_and_synced(
    cluster: Cluster,
    namespace: str,
    repository: Repository,
    argocd: ArgoCd,
    eventually: Eventually,
) -> None:
    repository.commit("vela.json", oam_application(namespace))
    argocd.run(
        *("app", "create", namespace, "--config-management-plugin", "vela"),
        *("--repo", repository.url, "--path", ".", "--revision", "main"),
        *("--dest-namespace", namespace, "--dest-server", "https://kubernetes.default.svc"),
    )
    try:
        argocd.run("app", "sync", namespace, "--timeout", "60")
        found = cluster.items("application.core.oam.dev", "-n", namespace)
        assert [item["metadata"]["name"] for item in found] == ["hello"]
        eventually(lambda: len(cluster.items("deployment", "hello", "-n", namespace)), 1)
    finally:
        argocd.run("app", "delete", namespace, "--yes", "--wait")
