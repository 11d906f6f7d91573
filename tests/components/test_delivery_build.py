"""Builds: a namespace of their own, tasks by bundle, and no way to the token of Argo CD."""

import json
import re
from typing import Any

import pytest

from components.delivery.build import pipeline, run
from components.delivery.built import built_filter
from components.delivery.component import COMMIT, Delivery
from kube.resources import KubernetesObject
from tests.support.delivery import delivery_args, with_build
from tests.support.recordings import Recording, component_run

HERE = "helloworld-build"


def recorded(**given: Any) -> Recording:
    args = with_build(**given)
    return component_run(lambda opts: Delivery("delivery", args, opts))


def of_builds(recording: Recording, *kinds: str) -> dict[str, dict[str, Any]]:
    return {
        r.inputs["metadata"]["name"]: r.inputs
        for r in recording.of_kind(*kinds)
        if r.inputs["metadata"].get("namespace") == HERE
    }


def made(**given: Any) -> dict[str, Any]:
    args = with_build(**given)
    return pipeline(args, args["build"])


def tasks(**given: Any) -> dict[str, dict[str, Any]]:
    return {task["name"]: task for task in made(**given)["spec"]["tasks"]}


def given_to(task: dict[str, Any]) -> dict[str, str]:
    return {p["name"]: p["value"] for p in task["params"]}


def test_a_delivery_has_no_build_unless_it_is_asked_for() -> None:
    recording = component_run(lambda opts: Delivery("delivery", delivery_args(), opts))

    assert [r.inputs["metadata"]["name"] for r in recording.of_kind("Namespace")] == [
        "helloworld-delivery"
    ]


@pytest.mark.parametrize("level", ["baseline", "privileged", "restricted"])
def test_the_namespace_has_the_level_that_the_builder_needs(level: str) -> None:
    recording = recorded(pod_security=level)
    labels = {
        r.inputs["metadata"]["name"]: r.inputs["metadata"]["labels"]
        for r in recording.of_kind("Namespace")
    }

    assert set(labels[HERE].values()) == {level}
    assert set(labels["helloworld-delivery"].values()) == {"restricted"}


def test_both_foreign_tasks_come_from_bundles_by_reference() -> None:
    references = {
        name: (
            task["taskRef"]["resolver"],
            {p["name"]: p["value"] for p in task["taskRef"]["params"]},
        )
        for name, task in tasks().items()
        if "resolver" in task["taskRef"]
    }

    assert references == {
        "clone": (
            "bundles",
            {
                "bundle": "registry.example.com/git-clone:v1.7.0",
                "name": "git-clone",
                "kind": "task",
            },
        ),
        "build": (
            "bundles",
            {"bundle": "registry.example.com/builder:0.9", "name": "builder", "kind": "task"},
        ),
    }


def test_foreign_tasks_get_only_what_the_first_task_has_checked() -> None:
    made = tasks()

    for name in ("clone", "build", "deliver"):
        assert "$(params." not in json.dumps(made[name])
    assert given_to(made["clone"])["revision"] == "$(tasks.check.results.commit)"
    assert given_to(made["build"])["IMAGE"] == "$(tasks.check.results.image)"


def test_the_users_parameters_are_given_and_never_win() -> None:
    builder = {"bundle": "a.b/c:1.0", "task": "t", "parameters": {"DOCKERFILE": "x", "IMAGE": "y"}}
    given = given_to(tasks(builder=builder)["build"])

    assert given == {"DOCKERFILE": "x", "IMAGE": "$(tasks.check.results.image)"}


def test_the_order_is_clone_build_deliver() -> None:
    made = tasks()

    assert made["build"]["runAfter"] == ["clone"]
    assert made["deliver"]["runAfter"] == ["build"]


def test_a_build_has_no_rights_no_api_token_and_not_argo_cds() -> None:
    recording = recorded(registry='{"auths": {}}', git="https://a:b@c")
    (account,) = of_builds(recording, "ServiceAccount").values()
    spec = run(with_build(), with_build()["build"], "main", COMMIT)["spec"]
    subjects = [
        s["name"]
        for r in recording.of_kind("RoleBinding", "ClusterRoleBinding")
        for s in r.inputs["subjects"]
    ]

    assert account["automountServiceAccountToken"] is False
    assert spec["taskRunTemplate"]["podTemplate"]["automountServiceAccountToken"] is False
    assert set(subjects) == {"helloworld-push"}
    assert set(of_builds(recording, "Secret")) == {
        "build-token",
        "registry-credentials",
        "git-credentials",
    }
    assert "a.token.of-ci" not in str(
        [r.inputs for r in recording.all if r.inputs.get("metadata", {}).get("namespace") == HERE]
    )


def test_secrets_of_builds_are_marked_and_stand_nowhere_else() -> None:
    recording = recorded(registry='{"auths": {"of": "registry"}}', git="https://user:word@host")
    shown = str([r.inputs for r in recording.all if r.kind != "Secret"])

    assert all(secret.is_secret("data") for secret in recording.of_kind("Secret"))
    for text in ("a-token-of-builds", "auths", "user:word"):
        assert text not in shown


def test_credentials_are_files_of_the_task_that_needs_them() -> None:
    without, with_both = tasks(), tasks(registry="{}", git="x")
    names = {n: [w["name"] for w in task.get("workspaces", ())] for n, task in with_both.items()}

    assert names == {
        "check": [],
        "clone": ["output", "basic-auth"],
        "build": ["source", "dockerconfig"],
        "deliver": [],
    }
    assert [w["name"] for w in without["build"]["workspaces"]] == ["source"]


def test_a_run_is_an_output_and_not_a_resource() -> None:
    args = with_build(registry="{}")
    recording = component_run(lambda opts: Delivery("delivery", args, opts))
    output = run(args, args["build"], "main", COMMIT)

    assert not recording.of_kind("PipelineRun")
    assert output["metadata"] == {"generateName": "helloworld-build-", "namespace": HERE}
    bound = {w["name"]: set(w) - {"name"} for w in output["spec"]["workspaces"]}
    assert bound == {"source": {"volumeClaimTemplate"}, "registry": {"secret"}}
    assert {w["name"] for w in pipeline(args, args["build"])["spec"]["workspaces"]} == set(bound)


def test_our_own_steps_run_in_any_namespace() -> None:
    for task in of_builds(recorded(), "Task").values():
        template = task["spec"]["stepTemplate"]
        assert template["securityContext"]["runAsNonRoot"]
        assert template["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert template["computeResources"]["limits"]
        assert all(
            not re.search(r"\$\((params|results|tasks)", s["script"]) for s in task["spec"]["steps"]
        )


def test_a_push_starts_a_build_and_a_build_starts_a_delivery() -> None:
    templates = {
        r.inputs["metadata"]["name"]: r.inputs["spec"]["resourcetemplates"][0]
        for r in recorded().of_kind("TriggerTemplate")
    }
    pushed, built = templates["helloworld-push"], templates["helloworld-built"]

    assert pushed["spec"]["pipelineRef"]["name"] == "helloworld-build"
    assert pushed["metadata"]["namespace"] == HERE
    assert set(re.findall(r"\$\(tt\.params\.(\w+)\)", json.dumps(pushed))) == {"branch", "commit"}
    assert built["spec"]["pipelineRef"]["name"] == "helloworld-pipeline"
    assert built["metadata"]["namespace"] == "helloworld-delivery"
    assert built["metadata"]["labels"] == {"gitops-bootstrap/build": "$(tt.params.build)"}


def test_a_finished_build_is_believed_by_its_token_only() -> None:
    (listener,) = recorded().of_kind("EventListener")
    _, built = listener.inputs["spec"]["triggers"]
    (interceptor,) = built["interceptors"]

    assert interceptor["ref"]["name"] == "cel"
    assert interceptor["params"] == [{"name": "filter", "value": built_filter()}]
    assert "compareSecret('token', 'build-token')" in built_filter()


def test_only_the_listener_may_start_builds_and_it_may_nothing_else_there() -> None:
    recording = recorded()
    (role,) = of_builds(recording, "Role").values()
    (binding,) = of_builds(recording, "RoleBinding").values()

    assert role["rules"] == [
        {"apiGroups": ["tekton.dev"], "resources": ["pipelineruns"], "verbs": ["create"]}
    ]
    (subject,) = binding["subjects"]
    assert (subject["name"], subject["namespace"]) == ("helloworld-push", "helloworld-delivery")


def policies(recording: Recording, namespace: str) -> dict[str, Any]:
    found = [r.inputs for r in recording.of_kind("NetworkPolicy")]
    return {
        o["metadata"]["name"]: o["spec"] for o in found if o["metadata"]["namespace"] == namespace
    }


def test_builds_reach_hosts_outside_and_the_last_step_the_listener_only() -> None:
    found = policies(recorded(), HERE)

    assert found["nothing"]["podSelector"] == {}
    assert found["nothing"]["policyTypes"] == ["Ingress", "Egress"]
    _, outside = found["builds"]["egress"]
    assert {port["port"] for port in outside["ports"]} == {22, 80, 443}
    assert "169.254.0.0/16" in outside["to"][0]["ipBlock"]["except"]
    _, listener = found["deliver"]["egress"]
    (peer,) = listener["to"]
    assert peer["podSelector"]["matchLabels"] == {"eventlistener": "helloworld-push"}
    assert listener["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_the_listener_lets_the_last_step_of_a_build_in() -> None:
    callers = policies(recorded(), "helloworld-delivery")["push"]["ingress"][0]["from"]

    assert callers[-1] == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": HERE}},
        "podSelector": {"matchLabels": {"tekton.dev/pipelineTask": "deliver"}},
    }


def test_a_registry_on_a_port_of_its_own_is_reached() -> None:
    args = {**with_build(), "image": "registry.example.com:5000/team/app"}
    recording = component_run(lambda opts: Delivery("delivery", args, opts))  # type: ignore[arg-type]
    _, outside = policies(recording, HERE)["builds"]["egress"]

    assert 5000 in {port["port"] for port in outside["ports"]}


def test_tekton_is_there_before_and_until_after() -> None:
    def program(opts: Any) -> None:
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "tekton"}}
        other = KubernetesObject("tekton", manifest, opts)
        Delivery("delivery", {**with_build(), "after": [other]}, opts)

    recording = component_run(program)
    tekton = recording["tekton"].urn
    here = [r for r in recording.objects if r.inputs["metadata"].get("namespace") == HERE]
    assert len(here) > 8
    assert all(tekton in recording.comes_after(r) for r in here)
