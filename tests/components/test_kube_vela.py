"""KubeVela: namespace, CRDs, one release from the verified chart, definitions; in this order."""

from typing import Any

import pulumi
import pytest

from components.kube_vela.component import KubeVela, KubeVelaArgs, chart_values
from tests.support.recordings import CRD, Recording, component_run

CHART = ".cache/artifacts/example.org/charts/vela-core-1.10.9.tgz"
RELEASE = "kube-vela-release-kubevela"
NAMESPACE = "kube-vela-namespace-vela-system"
CRDS = [
    "kube-vela-customresourcedefinition-applications.core.oam.dev",
    "kube-vela-customresourcedefinition-packages.cue.oam.dev",
]
DEFINITION = "kube-vela-componentdefinition-job"


def crd(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": CRD,
        "metadata": {"name": name},
        "spec": {"versions": [{"name": "v1"}]},
    }


def args(**given: Any) -> KubeVelaArgs:
    """Return complete arguments, some of them replaced."""
    base: dict[str, Any] = {
        "chart": CHART,
        "version": "1.10.9",
        "crds": [crd("applications.core.oam.dev"), crd("packages.cue.oam.dev")],
        "definitions": [
            {
                "apiVersion": "core.oam.dev/v1beta1",
                "kind": "ComponentDefinition",
                "metadata": {"name": "job", "namespace": "vela-system"},
                "spec": {"schematic": {"cue": {"template": "output: {}"}}},
            }
        ],
        "webhooks": True,
        "multicluster": False,
        "controller": {"replicas": 1},
    }
    return {**base, **given}  # type: ignore[typeddict-item]


def run(**given: Any) -> Recording:
    return component_run(lambda opts: KubeVela("kube-vela", args(**given), opts))


@pytest.fixture(scope="module")
def registered() -> Recording:
    return run()


def release(registered: Recording) -> dict[str, Any]:
    return registered[RELEASE].inputs


def test_there_are_a_namespace_the_crds_a_release_and_the_definitions(
    registered: Recording,
) -> None:
    expected = ["cluster", "kube-vela", NAMESPACE, *CRDS, RELEASE, DEFINITION]

    assert sorted(r.name for r in registered.all) == sorted(expected)


def test_all_are_children_on_the_given_provider(registered: Recording) -> None:
    assert len(registered.objects) == 5
    for child in registered.objects:
        assert registered.name_of(child.parent) == "kube-vela"
        assert registered.name_of(child.provider) == "cluster"


def test_namespace_crds_release_and_definitions_follow_each_other(registered: Recording) -> None:
    assert registered.dependencies(registered[NAMESPACE]) == []
    for name in CRDS:
        assert registered.dependencies(registered[name]) == [NAMESPACE]
    assert registered.dependencies(registered[RELEASE]) == [*CRDS, NAMESPACE]
    assert registered.dependencies(registered[DEFINITION]) == [NAMESPACE, RELEASE]


def test_pods_wait_for_what_intercepts_them() -> None:
    def build(opts: pulumi.ResourceOptions) -> None:
        kruise = pulumi.CustomResource("kubernetes:helm.sh/v3:Release", "open-kruise", {}, opts)
        KubeVela("kube-vela", args(pods_depend_on=[kruise]), opts)

    registered = component_run(build)

    assert "open-kruise" in registered.dependencies(registered[RELEASE])
    assert "open-kruise" not in registered.dependencies(registered[CRDS[0]])


def test_the_release_is_named_and_placed_by_us_and_leaves_the_crds_alone(
    registered: Recording,
) -> None:
    inputs = release(registered)

    assert inputs["name"] == "kubevela"
    assert inputs["namespace"] == "vela-system"
    assert inputs["chart"] == CHART
    assert inputs["skipCrds"] is True
    assert inputs["cleanupOnFail"] is True
    assert inputs.get("createNamespace") is None
    assert "repositoryOpts" not in inputs


def test_the_bound_of_an_operation_holds_for_helm_and_for_every_object() -> None:
    registered = run(timeout_seconds=90)
    bounds = dict.fromkeys(("create", "update", "delete"), "90s")

    assert release(registered)["timeout"] == 90
    for name in (*CRDS, RELEASE, DEFINITION):
        assert registered[name].timeouts == bounds


@pytest.mark.parametrize("retain", [True, False])
def test_crds_and_namespace_stay_or_go_together(retain: bool) -> None:
    registered = run(retain_crds=retain)

    kept = {r.name for r in registered.objects if r.retain_on_delete}
    assert kept == ({NAMESPACE, *CRDS} if retain else set())


def test_the_schema_of_a_crd_is_not_shown_in_diffs(registered: Recording) -> None:
    for name in CRDS:
        assert registered[name].hide_diffs == ["spec.versions"]


@pytest.mark.parametrize("retain", [True, False])
def test_the_hook_runs_before_the_release_is_removed_unless_applications_stay(
    retain: bool,
) -> None:
    def build(opts: pulumi.ResourceOptions) -> None:
        hook = pulumi.ResourceHook("applications-first", lambda _: None)
        KubeVela("kube-vela", args(before_removal=hook, retain_crds=retain), opts)

    registered = component_run(build)

    hooks = {r.name: r.hooks for r in registered.all if r.hooks}
    assert hooks == ({} if retain else {RELEASE: {"before_delete": ["applications-first"]}})


def test_the_other_hook_runs_before_the_release_is_installed_or_changed() -> None:
    def build(opts: pulumi.ResourceOptions) -> None:
        hook = pulumi.ResourceHook("look-first", lambda _: None)
        KubeVela("kube-vela", args(before_change=hook), opts)

    (release,) = [r for r in component_run(build).all if r.hooks]

    assert release.name == RELEASE
    assert release.hooks == {"before_create": ["look-first"], "before_update": ["look-first"]}


def test_without_a_hook_there_is_none(registered: Recording) -> None:
    assert not [r.name for r in registered.all if r.hooks]


def test_without_webhooks_the_revision_of_a_definition_is_waited_for(
    registered: Recording,
) -> None:
    """The chart then gives vela-core no probe."""
    waits = run(webhooks=False)[DEFINITION].inputs["metadata"]["annotations"]

    assert waits == {"pulumi.com/waitFor": "jsonpath={.status.latestRevision.name}"}
    assert "annotations" not in registered[DEFINITION].inputs["metadata"]


def test_the_component_keeps_only_what_was_installed(registered: Recording) -> None:
    expected = {"version": "1.10.9", "namespace": "vela-system"}
    component = registered["kube-vela"]

    assert component.inputs == expected
    assert registered.outputs[component.urn] == expected


def test_what_is_not_set_keeps_the_charts_default() -> None:
    assert chart_values(args()) == {
        "image": {"pullPolicy": "IfNotPresent"},
        "readinessProbe": {"initialDelaySeconds": 5},
        "admissionWebhooks": {"enabled": True, "failurePolicy": "Fail"},
        "multicluster": {"enabled": False},
        "replicaCount": 1,
    }


@pytest.mark.parametrize(
    "given, path, expected",
    [
        pytest.param(
            {"webhooks": False, "certificates": "certManager", "failure_policy": "Ignore"},
            "admissionWebhooks",
            {"enabled": False},
            id="no-webhooks",
        ),
        pytest.param(
            {"certificates": "hook", "failure_policy": "Ignore"},
            "admissionWebhooks",
            {"enabled": True, "failurePolicy": "Ignore"},
            id="hook",
        ),
        pytest.param(
            {"certificates": "certManager"},
            "admissionWebhooks",
            {
                "enabled": True,
                "failurePolicy": "Fail",
                "certManager": {"enabled": True},
                "patch": {"enabled": False},
            },
            id="cert-manager",
        ),
        pytest.param(
            {"multicluster": True, "gateway": {"replicas": 2, "resources": {"limits": {}}}},
            "multicluster",
            {"enabled": True, "clusterGateway": {"replicaCount": 2}},
            id="gateway",
        ),
        pytest.param(
            {"multicluster": False, "gateway": {"replicas": 2}},
            "multicluster",
            {"enabled": False},
            id="no-gateway",
        ),
        pytest.param(
            {"authentication": True},
            "authentication",
            {"enabled": True, "withUser": True},
            id="authentication",
        ),
        pytest.param(
            {"definition_validation": True},
            "authorization",
            {"definitionValidationEnabled": True},
            id="definition-validation",
        ),
        pytest.param(
            {"controller": {"replicas": 2, "resources": {"requests": {"cpu": "1"}, "limits": {}}}},
            "resources",
            {"requests": {"cpu": "1"}},
            id="resources",
        ),
        pytest.param({"controller": {"replicas": 3}}, "replicaCount", 3, id="replicas"),
        pytest.param(
            {"pull_secrets": ["regcred"]},
            "imagePullSecrets",
            [{"name": "regcred"}],
            id="pull-secrets",
        ),
        pytest.param(
            {"image_registry": "reg.example.org/mirror"},
            "imageRegistry",
            "reg.example.org/mirror/",
            id="registry",
        ),
    ],
)
def test_an_argument_is_a_value_of_the_chart(
    given: dict[str, Any], path: str, expected: object
) -> None:
    assert chart_values(args(**given))[path] == expected
