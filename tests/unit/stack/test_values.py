"""What a single value may be; what is allowed is told from the field itself."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, nested, problems

REFUSED = [
    ("cluster.context", "", "text like staging"),
    ("cluster.kubeconfig", '{"apiVersion": "v1"}', "text like ~/.kube/staging"),
    ("cluster.kubeconfig", "apiVersion: v1\nusers: []", "text like ~/.kube/staging"),
    ("cluster.identifier", "a b", "text like gitops-bootstrap-staging"),
    ("crds.retain", "true", "true or false"),
    ("crds.retain", 1, "true or false"),
    ("images.registry", "https://registry.example.com", "text like registry.example.com/mirror"),
    ("images.registry", "registry.example.com/", "text like registry.example.com/mirror"),
    ("images.pullSecrets", "one", "list, without repeats, of text like registry-credentials"),
    ("images.pullSecrets", ["a", "a"], "list, without repeats, of text like registry-credentials"),
    ("openKruise.version", "v1.8.3", "text like 1.8.3"),
    ("openKruise.version", 1.8, "text like 1.8.3"),
    ("openKruise.version", "1.8", "text like 1.8.3"),
    ("openKruise.version", ">=1.8.0", "text like 1.8.3"),
    ("openKruise.version", "1.8.3\n", "text like 1.8.3"),
    ("openKruise.sha256", "A" * 64, "text matching ^[0-9a-f]{64}$"),
    ("openKruise.featureGates", "A=true", "map whose values are true or false"),
    ("openKruise.featureGates.PodWebhook", "false", "true or false"),
    ("openKruise.manager.replicas", 0, "integer from 1 to 9"),
    ("openKruise.manager.replicas", "2", "integer from 1 to 9"),
    ("openKruise.manager.replicas", 2.5, "integer from 1 to 9"),
    ("openKruise.manager.replicas", True, "integer from 1 to 9"),
    ("openKruise.manager.replicas", None, "integer from 1 to 9"),
    ("openKruise.manager.logLevel", 11, "integer from 0 to 10"),
    ("openKruise.manager.logFormat", "xml", '"text" or "json"'),
    ("openKruise.manager.resources.limits.cpu", "1 core", "text like 500m"),
    ("openKruise.manager.resources.limits.memory", "1GB", "text like 512Mi"),
    ("openKruise.daemon.resources.requests", 1, "map with the keys cpu, memory"),
    ("openKruise.daemon.socketLocation", "run", "text like /run/k3s"),
    ("openKruise.timeoutSeconds", 59, "integer from 60 to 3600"),
    ("openKruise.roleListGroups", [], "non-empty list of text like apps"),
    ("argoCd.version", "stable", "text like v3.5.1"),
    ("argoCd.version", "3.5.1", "text like v3.5.1"),
    ("argoCd.namespace", "Argo", "text like argocd of at most 63 characters"),
    ("argoCd.namespace", "a" * 64, "text like argocd of at most 63 characters"),
    ("argoCd.config.entry", None, "text or true or false or integer or number"),
    ("argoCd.config.entry", {"a": 1}, "text or true or false or integer or number"),
]


@pytest.mark.parametrize("key,value,allowed", REFUSED)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(
    key: str, value: object, allowed: str
) -> None:
    found = problems(nested(key, value))

    assert list(found) == [key]
    assert f"is not allowed; allowed: {allowed}" in found[key]
    assert f"pulumi config rm --path '{key}'" in found[key]


ACCEPTED = [
    ("cluster.context", "arn:aws:eks:eu-west-1:1:cluster/x"),
    ("cluster.kubeconfig", "./kube config.yaml"),
    ("images.registry", "localhost:5000"),
    ("images.registry", "registry.example.com:443/team/mirror_1"),
    ("images.pullSecrets", ["a", "b.c"]),
    ("openKruise.version", "1.7.5"),
    ("openKruise.manager.resources.limits", {"cpu": "1500m", "memory": "1.5Gi"}),
    ("openKruise.daemon.socketLocation", "/run/k3s"),
    ("openKruise.daemon.socketFile", "containerd/containerd.sock"),
    ("openKruise.roleListGroups", ["", "apps", "apps.kruise.io"]),
    ("argoCd.version", "v3.4.7"),
]


@pytest.mark.parametrize("key,value", ACCEPTED)
def test_a_value_that_is_allowed_arrives_as_it_is(key: str, value: object) -> None:
    model: Any = load(nested(key, value)).model_dump(by_alias=True, exclude_unset=True)
    for part in key.split("."):
        model = model[part]

    assert model == value


@pytest.mark.parametrize("section", ["config", "params", "rbac"])
@pytest.mark.parametrize(
    "value,text",
    [("a", "a"), (True, "true"), (False, "false"), (5, "5"), (1.5, "1.5"), (1e7, "10000000")],
)
def test_config_map_entries_become_text(section: str, value: object, text: str) -> None:
    argo_cd = load({"argoCd": {section: {"some.key": value}}}).argo_cd

    assert getattr(argo_cd, section) == {"some.key": text}


@pytest.mark.parametrize("key", ["", ".", "..", "..a", "a b", "a/b", "ü", "a" * 254])
def test_a_config_map_key_that_kubernetes_refuses_is_refused_here(key: str) -> None:
    (text,) = problems({"argoCd": {"params": {key: "x"}}}).values()

    assert text.startswith("not allowed as a key; allowed: text like timeout.reconciliation")


def test_quantities_may_be_written_as_numbers() -> None:
    config = {"manager": {"resources": {"requests": {"cpu": 0.5, "memory": 1024}}}}
    manager = load({"openKruise": config}).open_kruise.manager

    assert manager.resources.requests.model_dump() == {"cpu": "0.5", "memory": "1024"}
