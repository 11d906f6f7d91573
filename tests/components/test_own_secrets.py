"""Argo CD's own Secrets: filled before it starts, only our keys, seen by nobody."""

import base64
import json
from typing import Any

import pytest

from components.argo_cd.component import ArgoCd
from components.argo_cd.own_secrets import OwnSecretsArgs
from errors import ManifestError
from kube import manifests
from kube.manifests import Manifest
from tests.support.recordings import Recording, component_run
from tests.support.release import release
from tools.render.recorder import masked

SETTINGS = "argo-cd-secret-argocd-secret"
REDIS = "argo-cd-secret-argocd-redis"
WORKLOADS = ["argo-cd-deployment-argocd-server", "argo-cd-deployment-server"]
SENTINELS = {"key-sentinel", "hash-sentinel", "redis-sentinel"}
GIVEN: OwnSecretsArgs = {
    "settings": {"server.secretkey": "key-sentinel", "admin.password": "hash-sentinel"},
    "server_key_mark": "mark-of-key",
    "redis_password": "redis-sentinel",
    "redis_password_mark": "mark-of-redis",
}
MORE = manifests.parse("""
apiVersion: v1
kind: Secret
metadata:
  name: argocd-secret
  labels: {app.kubernetes.io/part-of: argocd}
type: Opaque
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: argocd-server
spec:
  template:
    metadata:
      labels: {app: argocd-server}
    spec:
      containers: [{name: server, image: "quay.io/team/argocd:v1"}]
""")
READS_PASSWORD = {"valueFrom": {"secretKeyRef": {"name": "argocd-redis", "key": "auth"}}}


def published() -> list[Manifest]:
    """Return a release in which one workload, `server`, reads the password of Redis."""
    objects = [*release(), *MORE]
    server = manifests.sole(objects, "Deployment", "server")
    container = server["spec"]["template"]["spec"]["containers"][0]
    container["env"].append({"name": "REDIS_PASSWORD", **READS_PASSWORD})
    return objects


def run(own_secrets: OwnSecretsArgs | None, objects: list[Manifest] | None = None) -> Recording:
    given: dict[str, Any] = {"own_secrets": own_secrets} if own_secrets else {}
    args: Any = {
        "manifests": objects or published(),
        "version": "v3.5.1",
        "namespace": "tools",
        **given,
    }
    return component_run(lambda opts: ArgoCd("argo-cd", args, opts))


@pytest.fixture(scope="module")
def registered() -> Recording:
    return run(GIVEN)


def decoded(recording: Recording, name: str) -> dict[str, str]:
    data = recording[name].inputs["data"]["value"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def test_the_keys_are_in_the_secrets_that_argo_cd_reads(registered: Recording) -> None:
    assert decoded(registered, SETTINGS) == GIVEN["settings"]
    assert decoded(registered, REDIS) == {"auth": "redis-sentinel"}
    assert registered[REDIS].inputs["metadata"]["namespace"] == "tools"


def test_the_label_by_which_argo_cd_watches_its_secret_stays(registered: Recording) -> None:
    metadata = registered[SETTINGS].inputs["metadata"]

    assert metadata["labels"] == {"app.kubernetes.io/part-of": "argocd"}


@pytest.mark.parametrize("name", [SETTINGS, REDIS])
def test_a_key_that_argo_cd_wrote_first_is_taken_over_without_a_conflict(
    registered: Recording, name: str
) -> None:
    assert registered[name].inputs["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}


@pytest.mark.parametrize("name", [SETTINGS, REDIS])
def test_both_are_there_before_the_first_pod_and_marked_secret(
    registered: Recording, name: str
) -> None:
    assert registered[name].is_secret("data")
    assert name in registered.dependencies(registered[WORKLOADS[0]])


def test_no_value_is_anywhere_but_in_what_is_marked(registered: Recording) -> None:
    everything = [masked(r.inputs) for r in registered.all] + [
        masked(outputs) for outputs in registered.outputs.values()
    ]
    forms = SENTINELS | {base64.b64encode(s.encode()).decode() for s in SENTINELS}

    assert "mark-of-key" in json.dumps(everything)
    assert [form for form in forms if form in json.dumps(everything)] == []


@pytest.mark.parametrize(
    "change, changed",
    [
        ({"settings": {"server.secretkey": "key-sentinel"}}, {SETTINGS}),
        ({"server_key_mark": "another"}, {"argo-cd-deployment-argocd-server"}),
        ({"redis_password": "another"}, {REDIS}),
        ({"redis_password_mark": "another"}, {"argo-cd-deployment-server"}),
    ],
    ids=["settings", "server-key", "redis", "redis-readers"],
)
def test_a_change_restarts_what_reads_it_and_nothing_else(
    registered: Recording, change: dict[str, Any], changed: set[str]
) -> None:
    after = run({**GIVEN, **change})  # type: ignore[arg-type]

    assert {r.name for r in registered.all if r.inputs != after[r.name].inputs} == changed


def test_without_them_both_are_left_to_argo_cd() -> None:
    registered = run(None)

    assert "data" not in registered[SETTINGS].inputs
    assert REDIS not in registered.by_name


def test_a_release_without_its_secret_is_refused_before_anything_is_registered() -> None:
    with pytest.raises(ManifestError, match="0 objects Secret argocd-secret"):
        run(GIVEN, release())


def test_a_certificate_is_the_servers_and_seen_by_nobody() -> None:
    given = {"certificate": "certificate-sentinel", "key": "private-sentinel"}
    args: Any = {
        "manifests": release(),
        "version": "v3.5.1",
        "namespace": "argocd",
        "server_certificate": given,
    }
    recording = component_run(lambda opts: ArgoCd("argo-cd", args, opts))
    secret = recording["argo-cd-secret-argocd-server-tls"]

    assert secret.inputs["type"] == "kubernetes.io/tls"
    assert secret.inputs["metadata"]["labels"] == {"app.kubernetes.io/part-of": "argocd"}
    assert secret.is_secret("data")
    assert "sentinel" not in str([masked(r.inputs) for r in recording.all])
    without = component_run(
        lambda opts: ArgoCd("argo-cd", args | {"server_certificate": None}, opts)
    )
    assert "argo-cd-secret-argocd-server-tls" not in without.by_name
