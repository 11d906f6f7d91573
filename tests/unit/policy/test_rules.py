"""Each rule: red on what it forbids, green beside it."""

from typing import Any

import pytest

from policy import rules
from policy.rules import Allowed, Resource

ALLOWED = Allowed(
    registries=["example.org/a", "example.org/one", "docker.io/library"],
    privileged={"Unit": ["daemon"]},
    cluster_admin={"Unit": ["upstream-*"]},
    without_resources={"Unit": ["server"]},
)
GOOD = "example.org/a/b:v1"
SIZED = {"requests": {"cpu": "10m"}}
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJl"


def deployment(name: str = "app", pod: dict[str, Any] | None = None, **container: Any) -> Any:
    first = {"name": "ours", "image": GOOD, "resources": SIZED, **container}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {"containers": [first], **(pod or {})}}},
    }


def task(*steps: dict[str, Any], **spec: Any) -> Any:
    return {"apiVersion": "tekton.dev/v1", "kind": "Task", "spec": {"steps": list(steps), **spec}}


def pipeline(bundle: str) -> Any:
    reference = {"resolver": "bundles", "params": [{"name": "bundle", "value": bundle}]}
    tasks = [{"name": "ours", "taskRef": {"name": "t"}}, {"name": "theirs", "taskRef": reference}]
    return {"apiVersion": "tekton.dev/v1", "kind": "Pipeline", "spec": {"tasks": tasks}}


def config_map(**data: str) -> Any:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def role(**rule: list[str]) -> Any:
    return {"kind": "ClusterRole", "metadata": {"name": "ours"}, "rules": [rule]}


def binding(name: str, to: str) -> Any:
    return {"kind": "ClusterRoleBinding", "metadata": {"name": name}, "roleRef": {"name": to}}


def release(**values: Any) -> Resource:
    return Resource(rules.RELEASE, "release", "Unit", {"name": "r", "values": values})


def of(manifest: dict[str, Any], unit: str | None = "Unit") -> Resource:
    return Resource(f"kubernetes:x:{manifest['kind']}", "it", unit, manifest)


def broken(resource: Resource) -> list[str]:
    """Return the rules that a resource breaks, once for each violation."""
    return [violation.rule for violation in rules.check([resource], ALLOWED)]


BAD = [
    pytest.param(of(deployment(), unit=None), "owned-by-a-unit", id="orphan"),
    pytest.param(of(deployment(image="example.org/a/b")), "no-floating-tag", id="no-tag"),
    pytest.param(of(deployment(image="example.org/a/b:latest")), "no-floating-tag", id="latest"),
    pytest.param(
        of(deployment(args=["-shell-image", "example.org/a/shell"])),
        "no-floating-tag",
        id="floating-argument",
    ),
    pytest.param(
        of(deployment(args=["--agent-image=example.org/a/agent:main"])),
        "no-floating-tag",
        id="floating-argument-with-equals",
    ),
    pytest.param(
        release(image={"repository": "example.org/a/b", "tag": "edge"}),
        "no-floating-tag",
        id="floating-value",
    ),
    pytest.param(
        of(pipeline("example.org/a/bundle:latest")), "no-floating-tag", id="floating-bundle"
    ),
    pytest.param(of(pipeline("evil.org/a/b:v1")), "allowed-registries", id="registry-of-bundle"),
    pytest.param(of(deployment(image="evil.org/a/b:v1")), "allowed-registries", id="registry"),
    pytest.param(of(deployment(image="example.org/ab:v1")), "allowed-registries", id="prefix"),
    pytest.param(of(deployment(image="someone/b:v1")), "allowed-registries", id="docker-hub"),
    pytest.param(
        release(deep=[{"repository": "evil.org/b"}]), "allowed-registries", id="registry-in-values"
    ),
    pytest.param(
        of(task({"name": "s", "image": "evil.org/b:v1", "computeResources": SIZED})),
        "allowed-registries",
        id="registry-of-a-step",
    ),
    pytest.param(
        of(deployment(securityContext={"privileged": True})),
        "no-privileged-container",
        id="privileged",
    ),
    pytest.param(
        of(deployment(pod={"hostNetwork": True})), "no-privileged-container", id="host-network"
    ),
    pytest.param(of(deployment(resources={})), "resources-set", id="no-resources"),
    pytest.param(
        of(deployment(resources={"limits": {"cpu": "1"}})), "resources-set", id="no-requests"
    ),
    pytest.param(
        of(deployment(name="server", resources={}), unit="Other"),
        "resources-set",
        id="of-another-unit",
    ),
    pytest.param(of(task({"name": "s", "image": GOOD})), "resources-set", id="step-without"),
    pytest.param(of(binding("ours", "cluster-admin")), "no-cluster-admin", id="bound"),
    pytest.param(
        of(role(apiGroups=["*"], resources=["*"], verbs=["*"])), "no-cluster-admin", id="role"
    ),
    *(
        pytest.param(of(config_map(**data)), "no-secret-in-config-map", id=name)
        for name, data in {
            "key": {"admin.password": "hunter2"},
            "token": {"x": JWT},
            "private-key": {"x": "-----BEGIN RSA PRIVATE KEY-----"},
            "hash": {"x": "$2b$10$" + "a" * 53},
            "line": {"dex.config": "connectors:\n  - clientSecret: b2F1dGgtc2VjcmV0\n"},
        }.items()
    ),
]

FINE = [
    of(pipeline(GOOD)),
    pytest.param(of(deployment()), id="deployment"),
    pytest.param(of(deployment(image="redis:7")), id="short-name"),
    pytest.param(of(deployment(image="example.org/one@sha256:00")), id="one-repository"),
    pytest.param(of(deployment(image="example.org/a/b@sha256:00")), id="digest"),
    pytest.param(of(deployment(args=["--pull-image", "true"])), id="argument-that-is-no-image"),
    pytest.param(of(task({"image": "$(params.image)", "resources": SIZED})), id="variable"),
    pytest.param(of(deployment("daemon", securityContext={"privileged": True})), id="listed"),
    pytest.param(of(deployment(name="x") | {"kind": "X"}), id="any-kind"),
    pytest.param(
        of(task({"name": "s", "image": GOOD}, stepTemplate={"computeResources": SIZED})),
        id="resources-of-the-template",
    ),
    pytest.param(of(binding("upstream-x", "cluster-admin")), id="upstream-admin"),
    pytest.param(of(binding("ours", "view")), id="binding"),
    pytest.param(of(role(apiGroups=["apps"], resources=["*"], verbs=["*"])), id="one-group"),
    pytest.param(release(manager={"image": {"repository": "example.org/a/b"}}), id="values"),
    pytest.param(
        of(
            config_map(
                oidc="clientSecret: $oidc.argocd.clientSecret\n",
                **{
                    "require-secret": "false",
                    "webhook.secret": "$webhook",
                    "x.token": "30s",
                    "_example": "credentialsSecret: jaeger-credentials-2\n",
                    "resource.exclusions": "- kinds:\n  - TokenReview\n",
                },
            )
        ),
        id="references",
    ),
    pytest.param(
        of({"kind": rules.CRD, "spec": {"containers": [{"image": "evil.org/x"}]}}), id="schema"
    ),
]


@pytest.mark.parametrize("resource, rule", BAD)
def test_what_is_forbidden_breaks_its_rule_and_no_other(resource: Resource, rule: str) -> None:
    assert broken(resource) == [rule]


@pytest.mark.parametrize("resource", FINE)
def test_what_is_fine_breaks_none(resource: Resource) -> None:
    assert broken(resource) == []


def test_every_rule_is_seen_to_be_broken() -> None:
    assert {str(case.values[1]) for case in BAD} == {rule.name for rule in rules.RULES}


def test_a_violation_names_object_and_rule_and_never_the_secret() -> None:
    (violation,) = rules.check([of(config_map(**{"admin.password": "hunter2"}))], ALLOWED)

    assert str(violation) == (
        "it: data.admin.password looks like a secret; it belongs in a Secret "
        "(no-secret-in-config-map)"
    )


def test_components_and_providers_are_no_objects() -> None:
    provider = Resource("pulumi:providers:kubernetes", "cluster", None, {"kubeconfig": "x"})

    assert rules.check([provider], ALLOWED) == []


def test_the_unit_comes_from_the_urn() -> None:
    prefix = "urn:pulumi:dev::gitops-bootstrap::"
    child = f"{prefix}bootstrap:index:ArgoCd$kubernetes:core/v1:ConfigMap::argo-cd-cm"

    found = rules.of_urn(child, {"kind": "ConfigMap"})
    assert (found.unit, found.type, found.name) == (
        "ArgoCd",
        "kubernetes:core/v1:ConfigMap",
        "argo-cd-cm",
    )
    assert rules.unit_of(f"{prefix}kubernetes:core/v1:ConfigMap::x") is None


def test_the_registry_of_the_stack_is_allowed_beside_those_that_are_listed() -> None:
    listed = rules.allowed().registries

    assert "quay.io/argoproj" in listed
    assert rules.allowed("mirror.example.com/x").registries == [*listed, "mirror.example.com/x"]
