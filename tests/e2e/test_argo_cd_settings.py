"""Argo CD with all that a platform team sets, on the real engine. The tests build on each other."""

import base64
import json
from typing import Any

import pytest

from tests.support.engine import Cluster, Project, without_cluster

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
HOME = "gitops"
RICH: dict[str, Any] = {
    "namespace": HOME,
    "server": {
        "insecure": True,
        "ingress": {"host": "argocd.example.com", "className": "nginx", "tlsSecret": "argocd-tls"},
        "sso": {
            "issuer": "https://id.example.com",
            "clientId": "argocd",
            "clientSecretFrom": "ssoClient",
        },
    },
    "access": {
        "roles": {
            "dev": [{"resource": "applications", "actions": ["get", "sync"], "project": "team"}]
        },
        "members": {"dev": ["org:team"], "admin": ["org:ops"]},
        "ci": {"project": "team", "manage": True},
    },
    "projects": {
        "team": {
            "sourceRepositories": ["https://git.example.com/team/*"],
            "destinations": [{"namespace": "team-*"}],
            "clusterKinds": [{"kind": "Namespace"}],
            "syncWindows": [
                {"kind": "deny", "schedule": "0 22 * * *", "duration": "8h", "namespaces": ["*"]}
            ],
        }
    },
    "repositories": {
        "app": {"url": "https://git.example.com/team/app.git", "passwordFrom": "gitToken"},
        "charts": {"url": "registry.example.com/charts", "type": "helm"},
    },
    "repositoryCredentials": {
        "team": {"url": "git@git.example.com:team", "sshPrivateKeyFrom": "deployKey"}
    },
    "clusters": {
        "edge": {
            "server": "https://edge.example.com:6443",
            "tokenFrom": "edgeToken",
            "caData": "QUJD",
            "labels": {"stage": "edge"},
        }
    },
    "components": {
        "server": {"replicas": 2, "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}},
        "application-controller": {"replicas": 2},
    },
    "config": {"timeout.reconciliation": "60s"},
}
SECRETS = {
    "ssoClient": "sso-client-secret",
    "gitToken": "git-access-token",
    "deployKey": "-----BEGIN OPENSSH PRIVATE KEY-----\nkey\n-----END OPENSSH PRIVATE KEY-----",
    "edgeToken": "edge-cluster-token",
}
OFF = {"openKruise": {"enabled": False}}


def rich(**changes: Any) -> dict[str, Any]:
    return {**OFF, "argoCd": {**RICH, **changes}}


def named(report_done: dict[str, str], operation: str) -> set[str]:
    return {urn.split("::")[-1] for urn, op in report_done.items() if op == operation}


def secret(cluster: Cluster, name: str) -> dict[str, str]:
    (found,) = cluster.items("secret", name, "-n", HOME)
    return {k: base64.b64decode(v).decode() for k, v in found["data"].items()}


def spec(cluster: Cluster, project: str) -> dict[str, Any]:
    (found,) = cluster.items("appprojects.argoproj.io", project, "-n", HOME)
    return dict(found["spec"])


def entries(cluster: Cluster, config_map: str) -> dict[str, str]:
    (found,) = cluster.items("configmap", config_map, "-n", HOME)
    return dict(found["data"])


def test_the_highly_available_variant_is_refused_on_two_nodes_before_anything_is_written(
    project: Project, cluster: Cluster
) -> None:
    project.secrets = SECRETS
    node = min(cluster.uids("nodes"))
    cluster.run("delete", "node", node)
    report = project.run("up", rich(highAvailability=True))

    assert "argoCd.highAvailability: true needs 3 nodes" in "\n".join(report.errors)
    assert not report.done
    assert HOME not in cluster.uids("namespaces")


def test_up_makes_everything_that_is_stated(project: Project, cluster: Cluster) -> None:
    report = project.succeed("up", rich())

    assert set(report.done.values()) == {"create"}
    assert secret(cluster, "repo-app")["password"] == SECRETS["gitToken"]
    assert secret(cluster, "repo-creds-team")["sshPrivateKey"] == SECRETS["deployKey"]
    assert secret(cluster, "argocd-sso") == {"oidc.clientSecret": SECRETS["ssoClient"]}
    access = json.loads(secret(cluster, "cluster-edge")["config"])
    assert access["bearerToken"] == SECRETS["edgeToken"]
    assert spec(cluster, "team")["sourceRepos"] == ["https://git.example.com/team/*"]
    config = entries(cluster, "argocd-cm")
    assert config["url"] == "https://argocd.example.com"
    assert "$argocd-sso:oidc.clientSecret" in config["oidc.config"]
    assert "resource.exclusions" in config  # the release's own entries stay
    policy = entries(cluster, "argocd-rbac-cm")
    assert "g, ci, role:ci" in policy["policy.csv"].splitlines()
    assert policy["policy.default"] == ""
    (ingress,) = cluster.items("ingress", "argocd-server", "-n", HOME)
    assert ingress["spec"]["tls"] == [{"hosts": ["argocd.example.com"], "secretName": "argocd-tls"}]
    workloads = cluster.items("deployments,statefulsets", "-n", HOME)
    ready = {o["metadata"]["name"]: o["status"].get("readyReplicas") for o in workloads}
    assert ready["argocd-server"] == ready["argocd-application-controller"] == 2


def test_bindings_across_the_cluster_lead_to_the_namespace(cluster: Cluster) -> None:
    bindings = [
        o
        for o in cluster.items("clusterrolebindings")
        if o["metadata"]["name"].startswith("argocd")
    ]

    assert len(bindings) == 3
    assert {s["namespace"] for o in bindings for s in o["subjects"]} == {HOME}


def test_a_second_up_and_a_preview_without_a_cluster_change_nothing(project: Project) -> None:
    assert set(project.succeed("up").done.values()) == {"same"}
    assert set(without_cluster(project).succeed("preview").done.values()) == {"same"}


def test_no_secret_value_is_in_the_state_or_was_printed(project: Project) -> None:
    state = "".join(
        path.read_text() for path in (project.target.folder / "pulumi" / "state").rglob("*.json")
    )

    assert "argo-cd-secret-repo-app" in state
    assert [name for name, value in SECRETS.items() if value in state] == []
    encoded = {n: base64.b64encode(v.encode()).decode() for n, v in SECRETS.items()}
    assert [name for name, value in encoded.items() if value in state] == []


def test_settings_are_changed_in_place(project: Project, cluster: Cluster) -> None:
    kinds = "configmaps,secrets,deployments,statefulsets,ingresses,appprojects.argoproj.io"
    before = cluster.uids(kinds, "-n", HOME)
    server = {**RICH["server"], "ingress": {"host": "argocd.example.com", "className": "other"}}
    changes = rich(
        access={**RICH["access"], "members": {"dev": ["org:others"]}},
        projects={"team": {**RICH["projects"]["team"], "destinations": [{"namespace": "a"}]}},
        server=server,
        components={"server": {"replicas": 3}},
    )
    report = project.succeed("up", changes)

    assert named(report.done, "update") == {
        "argo-cd-appproject-team",
        "argo-cd-configmap-argocd-rbac-cm",
        "argo-cd-deployment-argocd-server",
        "argo-cd-ingress-argocd-server",
        "argo-cd-statefulset-argocd-application-controller",
    }
    assert set(report.done.values()) == {"same", "update"}
    assert cluster.uids(kinds, "-n", HOME) == before
    assert spec(cluster, "team")["destinations"] == [
        {"server": "https://kubernetes.default.svc", "namespace": "a"}
    ]
    (ingress,) = cluster.items("ingress", "argocd-server", "-n", HOME)
    assert "tls" not in ingress["spec"]


def test_a_secret_value_is_changed_in_place(project: Project, cluster: Cluster) -> None:
    project.secrets = {**SECRETS, "gitToken": "another-access-token"}
    report = project.succeed("up")

    assert named(report.done, "update") == {"argo-cd-secret-repo-app"}
    assert secret(cluster, "repo-app")["password"] == project.secrets["gitToken"]


OPEN = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AppProject",
    "metadata": {"name": "default", "namespace": HOME},
    "spec": {
        "sourceRepos": ["*"],
        "destinations": [{"server": "*", "namespace": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    },
}
"""The default project as argocd-server makes it."""


def test_a_default_project_that_the_server_made_is_locked_and_opened_again(
    project: Project, cluster: Cluster
) -> None:
    cluster.run("create", "--field-manager=argocd-server", "-f", "-", stdin=json.dumps(OPEN))
    uid = cluster.uids("appprojects.argoproj.io", "-n", HOME)["default"]

    locked = project.succeed("up", rich(defaultProject="locked"))
    assert named(locked.done, "create") == {"argo-cd-appproject-default"}
    assert not any(spec(cluster, "default").values())

    project.succeed("refresh")
    assert set(project.succeed("up").done.values()) == {"same"}

    opened = project.succeed("up", rich(defaultProject="open"))
    assert named(opened.done, "update") == {"argo-cd-appproject-default"}
    assert spec(cluster, "default") == OPEN["spec"]

    left = project.succeed("up", rich())
    assert named(left.done, "delete") == {"argo-cd-appproject-default"}
    assert spec(cluster, "default") == OPEN["spec"]
    assert cluster.uids("appprojects.argoproj.io", "-n", HOME)["default"] == uid


def test_what_is_switched_off_goes_with_all_that_belongs_to_it(
    project: Project, cluster: Cluster
) -> None:
    report = project.succeed("up", rich(notifications=False, dex=False, networkPolicies=False))

    gone = named(report.done, "delete")
    assert len([name for name in gone if "networkpolicy" in name]) == 7
    kinds = "all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies"
    names = cluster.uids(kinds, "-n", HOME)
    assert [n for n in names if n.startswith(("argocd-dex", "argocd-notifications"))] == []
    assert {"argocd-server", "argocd-repo-server"} <= set(names)


def test_destroy_leaves_nothing(project: Project, cluster: Cluster) -> None:
    project.succeed("destroy")

    assert HOME not in cluster.uids("namespaces")
    left = cluster.uids("crds,clusterroles,clusterrolebindings")
    assert [name for name in left if "argo" in name] == []
