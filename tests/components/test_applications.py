"""Applications: what is given is declared, what a pipeline sets is left alone, and order down."""

from typing import Any

import pulumi
import pytest

from components.applications.application_set import application_set
from components.applications.component import Applications
from components.shared.application import FINALIZERS, application
from kube.resources import KubernetesObject
from tests.support.recordings import Recording, component_run

PLAIN: Any = {
    "project": "team",
    "namespace": "apps-web",
    "source": {"repository": "https://git.example.com/web", "revision": "v1", "path": "deploy"},
}


def with_source(**source: Any) -> Any:
    return {**PLAIN, "source": {**PLAIN["source"], **source}}


def run(**given: Any) -> Recording:
    def program(opts: pulumi.ResourceOptions) -> None:
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argocd"}}
        operator = KubernetesObject("operator", manifest, opts)
        args: Any = {"namespace": "argocd", "deploy_with": [operator], **given}
        Applications("applications", args, opts)

    return component_run(program)


def test_what_is_not_given_is_not_declared() -> None:
    assert application("web", PLAIN, "argocd") == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": "web",
            "namespace": "argocd",
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        },
        "spec": {
            "project": "team",
            "source": {
                "repoURL": "https://git.example.com/web",
                "targetRevision": "v1",
                "path": "deploy",
            },
            "destination": {
                "server": "https://kubernetes.default.svc",
                "namespace": "apps-web",
            },
        },
    }


@pytest.mark.parametrize(
    "source, expected",
    [
        (
            {"helm": {"release_name": "w", "values": {"a": {"b": 1}}, "parameters": {"tag": "12"}}},
            {
                "helm": {
                    "releaseName": "w",
                    "valuesObject": {"a": {"b": 1}},
                    "parameters": [{"name": "tag", "value": "12", "forceString": True}],
                }
            },
        ),
        (
            {"kustomize": {"images": ["a=b:1"], "name_prefix": "x-"}},
            {"kustomize": {"images": ["a=b:1"], "namePrefix": "x-"}},
        ),
        ({"directory": {"recurse": True}}, {"directory": {"recurse": True}}),
        (
            {"plugin": {"name": "vela", "env": {"B": "2", "A": "1"}, "parameters": {"mode": "x"}}},
            {
                "plugin": {
                    "name": "vela",
                    "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                    "parameters": [{"name": "mode", "string": "x"}],
                }
            },
        ),
        ({"helm": {}}, {}),
    ],
    ids=["helm", "kustomize", "directory", "plugin", "nothing said"],
)
def test_each_way_to_make_objects(source: dict[str, Any], expected: dict[str, Any]) -> None:
    found = application("web", with_source(**source), "argocd")["spec"]["source"]

    ways = {"helm", "kustomize", "directory", "plugin"}
    assert {key: value for key, value in found.items() if key in ways} == expected


def test_sync_policy_destination_and_differences() -> None:
    given: Any = {
        **PLAIN,
        "cluster": "edge",
        "create_namespace": True,
        "sync": {
            "automated": True,
            "prune": True,
            "options": ["ServerSideApply=true"],
            "retries": 3,
        },
        "ignore_differences": [
            {"group": "apps", "kind": "Deployment", "json_pointers": ["/spec/replicas"]}
        ],
    }
    spec = application("web", given, "argocd")["spec"]

    assert spec["destination"] == {"name": "edge", "namespace": "apps-web"}
    assert spec["syncPolicy"] == {
        "automated": {"prune": True, "selfHeal": False},
        "syncOptions": ["ServerSideApply=true", "CreateNamespace=true"],
        "retry": {"limit": 3},
    }
    assert spec["ignoreDifferences"] == [
        {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
    ]


@pytest.mark.parametrize("cascade", FINALIZERS)
def test_the_finalizer_is_chosen(cascade: str) -> None:
    given: Any = {**PLAIN, "cascade": cascade}
    metadata = application("web", given, "argocd")["metadata"]

    assert metadata.get("finalizers", []) == FINALIZERS[cascade]


def test_a_set_is_the_same_application_on_each_cluster() -> None:
    found = application_set(
        "web",
        {"template": PLAIN, "clusters": {"stage": "prod"}, "steps": [{"wave": "1"}, {"wave": "2"}]},
        "argocd",
    )
    spec = found["spec"]

    assert spec["generators"] == [
        {"clusters": {"selector": {"matchLabels": {"stage": "prod"}}}},
    ]
    assert spec["template"]["metadata"]["name"] == "web-{{.nameNormalized}}"
    assert "namespace" not in spec["template"]["metadata"]
    assert spec["template"]["spec"]["destination"] == {
        "server": "{{.server}}",
        "namespace": "apps-web",
    }
    steps = spec["strategy"]["rollingSync"]["steps"]
    assert [step["matchExpressions"][0]["values"] for step in steps] == [["1"], ["2"]]


def test_a_set_of_all_clusters_without_steps_says_no_more() -> None:
    spec = application_set("web", {"template": PLAIN, "clusters": {}}, "argocd")["spec"]

    assert spec["generators"] == [{"clusters": {}}]
    assert not spec.keys() & {"strategy", "syncPolicy"}


def test_applications_go_before_what_deploys_them() -> None:
    recording = run(applications={"web": PLAIN}, application_sets={})

    declared = recording["applications-application-web"]
    assert recording["operator"].urn in declared.dependencies
    assert declared.inputs["metadata"]["namespace"] == "argocd"
    assert recording["applications"].inputs == {"applications": ["web"], "applicationSets": []}


@pytest.mark.parametrize(
    "way, path",
    [("helm", "spec.source.helm.parameters"), ("kustomize", "spec.source.kustomize.images")],
)
def test_only_the_field_that_a_pipeline_sets_is_left_alone(way: str, path: str) -> None:
    recording = run(
        applications={"web": with_source(**{way: {}}), "other": PLAIN}, set_by_pipeline=["web"]
    )

    assert recording["applications-application-web"].ignore_changes == [path]
    assert recording["applications-application-other"].ignore_changes == []
