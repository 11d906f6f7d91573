"""OpenKruise: a namespace of ours, and one release from the verified chart in it."""

from typing import Any

import pytest

from components.open_kruise.component import OpenKruise, OpenKruiseArgs, chart_values
from tests.support.recordings import Recording, component_run

CHART = ".cache/artifacts/example.org/charts/kruise-1.8.3.tgz"
BOUNDS = {"create": "600s", "update": "600s", "delete": "600s"}


def args(**given: Any) -> OpenKruiseArgs:
    """Return complete arguments, some of them replaced."""
    base: dict[str, Any] = {
        "chart": CHART,
        "version": "1.8.3",
        "feature_gates": {"TemplateNoDefaults": True, "ImagePullJobGate": True},
        "manager": {"replicas": 2, "log_level": 4, "log_format": "text"},
        "daemon": {"socket_location": "/var/run", "socket_file": ""},
    }
    return {**base, **given}  # type: ignore[typeddict-item]


def run(**given: Any) -> Recording:
    return component_run(lambda opts: OpenKruise("open-kruise", args(**given), opts))


@pytest.fixture(scope="module")
def registered() -> Recording:
    return run(
        image_registry="reg.example.org/mirror",
        pull_secrets=["regcred"],
        role_list_groups=["apps"],
    )


def release(registered: Recording) -> dict[str, Any]:
    return registered["open-kruise-release-kruise"].inputs


def test_there_are_a_namespace_and_a_release_and_nothing_else(registered: Recording) -> None:
    assert [r.name for r in registered.all] == [
        "cluster",
        "open-kruise",
        "open-kruise-namespace-kruise-system",
        "open-kruise-release-kruise",
    ]


def test_both_are_children_on_the_given_provider(registered: Recording) -> None:
    assert len(registered.objects) == 2
    for child in registered.objects:
        assert registered.name_of(child.parent) == "open-kruise"
        assert registered.name_of(child.provider) == "cluster"


def test_the_namespace_carries_what_lets_its_pods_start(registered: Recording) -> None:
    assert registered["open-kruise-namespace-kruise-system"].inputs["metadata"] == {
        "name": "kruise-system",
        "labels": {
            "control-plane": "openkruise",
            "pod-security.kubernetes.io/enforce": "privileged",
        },
        # A release that somebody else installed may have it in its manifest.
        "annotations": {"helm.sh/resource-policy": "keep"},
    }


def test_the_release_waits_for_the_namespace(registered: Recording) -> None:
    assert registered.dependencies(registered["open-kruise-release-kruise"]) == [
        "open-kruise-namespace-kruise-system"
    ]


def test_the_release_is_named_and_placed_by_us(registered: Recording) -> None:
    inputs = release(registered)

    assert inputs["name"] == "kruise"
    assert inputs["namespace"] == "kruise-system"
    assert inputs["cleanupOnFail"] is True
    assert inputs.get("createNamespace") is None


def test_a_release_that_is_there_already_is_imported_from_where_helm_keeps_it() -> None:
    where = {"name": "kruise", "namespace": "default"}
    registered = run(release=where, adopt=True)

    assert registered["open-kruise-release-kruise"].import_id == "default/kruise"
    assert release(registered)["namespace"] == "default"
    assert release(registered)["values"]["installation"]["namespace"] == "kruise-system"


def test_a_release_that_is_not_there_is_made(registered: Recording) -> None:
    assert registered["open-kruise-release-kruise"].import_id == ""


def test_the_path_of_the_chart_goes_through_as_it_is(registered: Recording) -> None:
    assert release(registered)["chart"] == CHART
    assert "repositoryOpts" not in release(registered)


def test_an_operation_may_take_ten_minutes_by_default(registered: Recording) -> None:
    assert release(registered)["timeout"] == 600
    assert registered["open-kruise-release-kruise"].timeouts == BOUNDS


def test_the_bound_of_an_operation_can_be_set_for_helm_and_the_engine() -> None:
    registered = run(timeout_seconds=90)

    assert release(registered)["timeout"] == 90
    assert registered["open-kruise-release-kruise"].timeouts == dict.fromkeys(BOUNDS, "90s")


def test_the_component_keeps_only_what_was_installed(registered: Recording) -> None:
    expected = {
        "version": "1.8.3",
        "namespace": "kruise-system",
        "featureGates": "ImagePullJobGate=true,TemplateNoDefaults=true",
    }
    component = registered["open-kruise"]

    assert component.inputs == expected
    assert registered.outputs[component.urn] == expected


def test_the_release_gets_the_values(registered: Recording) -> None:
    assert release(registered)["values"] == {
        "installation": {
            "namespace": "kruise-system",
            "createNamespace": False,
            "roleListGroups": ["apps"],
        },
        "featureGates": "ImagePullJobGate=true,TemplateNoDefaults=true",
        "manager": {
            "replicas": 2,
            "log": {"level": "4"},
            "loggingFormat": "",
            "image": {"repository": "reg.example.org/mirror/openkruise/kruise-manager"},
        },
        "daemon": {"socketLocation": "/var/run", "socketFile": ""},
        "helmHooks": {
            "image": {"repository": "reg.example.org/mirror/openkruise/kruise-helm-hook"}
        },
        "imagePullSecrets": [{"name": "regcred"}],
    }


@pytest.mark.parametrize(
    "gates, flag",
    [
        pytest.param({}, "", id="none"),
        pytest.param({"B": False, "A": True}, "A=true,B=false", id="sorted-without-spaces"),
    ],
)
def test_gates_are_one_sorted_text(gates: dict[str, bool], flag: str) -> None:
    assert chart_values(args(feature_gates=gates))["featureGates"] == flag


def test_what_is_not_set_keeps_the_charts_default() -> None:
    values = chart_values(args())

    assert set(values) == {"installation", "featureGates", "manager", "daemon"}
    assert set(values["installation"]) == {"namespace", "createNamespace"}
    assert set(values["manager"]) == {"replicas", "log", "loggingFormat"}
    assert set(values["daemon"]) == {"socketLocation", "socketFile"}


def test_the_manager_can_log_as_json() -> None:
    manager = {"replicas": 1, "log_level": 0, "log_format": "json"}
    values = chart_values(args(manager=manager))

    assert values["manager"] == {"replicas": 1, "log": {"level": "0"}, "loggingFormat": "json"}


@pytest.mark.parametrize("part", ["manager", "daemon"])
def test_only_resources_that_are_set_are_passed_on(part: str) -> None:
    plain = dict(args())[part]
    assert isinstance(plain, dict)
    given = {**plain, "resources": {"requests": {"cpu": "1"}, "limits": {}}}
    none = {**plain, "resources": {"requests": {}, "limits": {}}}

    assert chart_values(args(**{part: given}))[part]["resources"] == {"requests": {"cpu": "1"}}
    assert "resources" not in chart_values(args(**{part: none}))[part]
