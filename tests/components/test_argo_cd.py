"""Argo CD: every object of the release manifest is a child of its own, placed and configured."""

from typing import Any

import pulumi
import pytest

from components.argo_cd.component import ArgoCd, ArgoCdArgs
from components.argo_cd.workloads import REQUIRED, with_room_to_roll
from errors import ManifestError
from kube.resources import KubernetesObject
from tests.support.recordings import CRD, Recording, component_run
from tests.support.release import release
from tools.render.recorder import SECRET_KEY

HOME = "argo-cd-namespace-tools"
WORKLOADS = ["argo-cd-deployment-server", "argo-cd-statefulset-controller"]
KINDS = "argo-cd-customresourcedefinition-things.example.org"
BOUNDS = {"create": "600s", "update": "600s", "delete": "600s"}


def args(**given: Any) -> ArgoCdArgs:
    """Return complete arguments, some of them replaced."""
    base: dict[str, Any] = {"manifests": release(), "version": "v3.5.1", "namespace": "tools"}
    return {**base, **given}  # type: ignore[typeddict-item]


def run(**given: Any) -> Recording:
    return component_run(lambda opts: ArgoCd("argo-cd", args(**given), opts))


@pytest.fixture(scope="module")
def registered() -> Recording:
    def program(opts: pulumi.ResourceOptions) -> None:
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "first"}}
        interceptor = KubernetesObject("interceptor", manifest, opts)
        given = {
            "config": {"both": "ours", "new": "1"},
            "params": {"server.insecure": "true"},
            "rbac": {"policy.default": "role:readonly"},
            "image_registry": "reg.example.org",
            "pull_secrets": ["regcred"],
            "pods_depend_on": [interceptor],
        }
        ArgoCd("argo-cd", args(**given), opts)

    return component_run(program)


def children(registered: Recording) -> list[str]:
    """Return the names of the component's children."""
    return [r.name for r in registered.objects if registered.name_of(r.parent) == "argo-cd"]


def test_each_object_and_the_namespace_are_children_of_the_component(registered: Recording) -> None:
    expected = [f"argo-cd-{o['kind']}-{o['metadata']['name']}".lower() for o in release()]

    assert sorted(children(registered)) == sorted([HOME, *expected])


def test_each_child_is_on_the_given_provider(registered: Recording) -> None:
    assert {registered.name_of(r.provider) for r in registered.objects} == {"cluster"}


def test_names_are_the_same_in_any_namespace(registered: Recording) -> None:
    here = {*children(registered)} - {HOME}
    there = {*children(run(namespace="elsewhere"))} - {"argo-cd-namespace-elsewhere"}

    assert len(here) == len(release())
    assert there == here


def test_an_object_is_registered_in_the_apis_spelling(registered: Recording) -> None:
    recorded = registered["argo-cd-deployment-server"]

    assert recorded.type == "kubernetes:apps/v1:Deployment"
    assert recorded.inputs["metadata"] == {"name": "server", "namespace": "tools"}
    assert "initContainers" in recorded.inputs["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    "config_map, data",
    [
        ("argocd-cm", {"shipped": "1", "both": "ours", "new": "1"}),
        ("argocd-cmd-params-cm", {"server.insecure": "true"}),
        ("argocd-rbac-cm", {"policy.default": "role:readonly"}),
    ],
)
def test_configuration_is_merged_over_what_is_shipped(
    registered: Recording, config_map: str, data: dict[str, str]
) -> None:
    assert registered[f"argo-cd-configmap-{config_map}"].inputs["data"] == data


def test_a_config_map_that_nobody_fills_declares_no_data() -> None:
    assert "data" not in run()["argo-cd-configmap-argocd-cmd-params-cm"].inputs


def test_whoever_has_no_role_has_no_rights() -> None:
    assert run()["argo-cd-configmap-argocd-rbac-cm"].inputs["data"] == {"policy.default": ""}


def test_every_image_is_pulled_as_the_settings_say(registered: Recording) -> None:
    pods = [registered[name].inputs["spec"]["template"]["spec"] for name in WORKLOADS]

    images = [c["image"] for pod in pods for c in pod["containers"]]
    assert len(images) == 3
    assert all(image.startswith("reg.example.org/") for image in images)
    assert [pod["imagePullSecrets"] for pod in pods] == [[{"name": "regcred"}]] * 2


def test_values_of_a_secret_are_marked_secret(registered: Recording) -> None:
    (secret,) = registered.of_kind("Secret")

    assert secret.is_secret("data")
    assert secret.is_secret("stringData")
    assert not secret.is_secret("metadata")
    assert SECRET_KEY not in registered["argo-cd-configmap-argocd-cm"].inputs["data"]


def test_a_service_before_a_workload_is_not_awaited(registered: Recording) -> None:
    metadata = registered["argo-cd-service-server"].inputs["metadata"]

    assert metadata["annotations"] == {"kept": "yes", "pulumi.com/skipAwait": "true"}
    assert "annotations" not in registered["argo-cd-service-elsewhere"].inputs["metadata"]


def test_workloads_come_after_all_else_and_go_before_it(registered: Recording) -> None:
    others = [name for name in children(registered) if name not in WORKLOADS]
    assert KINDS in others

    for name in WORKLOADS:
        assert registered.dependencies(registered[name]) == sorted([*others, "interceptor"])


def test_all_else_waits_for_the_namespace_only(registered: Recording) -> None:
    others = {*children(registered)} - {HOME, *WORKLOADS}

    assert {tuple(registered.dependencies(registered[name])) for name in others} == {(HOME,)}
    assert registered.dependencies(registered[HOME]) == []


@pytest.mark.parametrize("retain", [True, False], ids=["retained", "removed"])
def test_only_definitions_are_kept_on_destroy(retain: bool) -> None:
    registered = run(retain_crds=retain)

    assert registered[KINDS].retain_on_delete is retain
    assert [r.kind for r in registered.all if r.retain_on_delete] == [CRD] * retain


def test_definitions_go_with_the_platform_by_default(registered: Recording) -> None:
    assert not registered[KINDS].retain_on_delete


def test_only_the_schema_of_a_definition_is_left_out_of_diffs(registered: Recording) -> None:
    assert {r.name: r.hide_diffs for r in registered.all if r.hide_diffs} == {
        KINDS: ["spec.versions"]
    }
    assert [r for r in registered.all if r.ignore_changes] == []


def test_each_object_may_take_ten_minutes_by_default(registered: Recording) -> None:
    bound = [registered[name] for name in children(registered) if name != HOME]

    assert len(bound) == len(release())
    assert all(r.timeouts == BOUNDS for r in bound)


def test_the_bound_of_an_object_can_be_set() -> None:
    assert run(timeout_seconds=90)[WORKLOADS[0]].timeouts == dict.fromkeys(BOUNDS, "90s")


def test_the_component_keeps_only_what_was_installed(registered: Recording) -> None:
    expected = {
        "version": "v3.5.1",
        "namespace": "tools",
        "server": "argocd-server.tools.svc:443",
    }
    component = registered["argo-cd"]

    assert component.inputs == expected
    assert registered.outputs[component.urn] == expected


def test_the_manifests_that_were_given_stay_as_they_were() -> None:
    given = release()
    run(manifests=given, config={"a": "b"}, image_registry="reg.example.org")

    assert given == release()


def test_a_release_without_a_config_map_is_refused_before_anything_is_registered() -> None:
    manifests = [o for o in release() if o["metadata"]["name"] != "argocd-cm"]

    with pytest.raises(ManifestError, match="0 objects ConfigMap argocd-cm"):
        run(manifests=manifests, config={"a": "b"})


LOCKED_DEFAULT = "argo-cd-appproject-default"
AFTERWARDS = {
    "argo-cd-appproject-team",
    "argo-cd-ingress-argocd-server",
}


@pytest.fixture(scope="module")
def rich() -> Recording:
    return run(
        default_project="locked",
        projects={"team": {"source_repositories": ["*"]}},
        ingress={"host": "argocd.example.com"},
        insecure=True,
        repositories={"app": {"url": "https://git.example.com/app", "password": "hunter2"}},
        clusters={"edge": {"server": "https://edge", "token": "hunter2"}},
        oidc={
            "name": "SSO",
            "issuer": "https://id.example.com",
            "client_id": "argocd",
            "client_secret": "hunter2",
        },
    )


def test_the_default_project_is_there_before_the_server_and_laid_over_what_is(
    rich: Recording,
) -> None:
    project = rich[LOCKED_DEFAULT]

    assert project.type == "kubernetes:argoproj.io/v1alpha1:AppProjectPatch"
    assert project.inputs["metadata"]["annotations"] == {
        "pulumi.com/patchFieldManager": "gitops-bootstrap-argo-cd-appproject-default",
        "pulumi.com/patchForce": "true",
    }
    assert rich.dependencies(project) == [KINDS, HOME]
    assert project.retain_on_delete
    for name in WORKLOADS:
        assert LOCKED_DEFAULT in rich.dependencies(rich[name])


def test_the_default_project_is_nobodys_business_unless_it_is_stated() -> None:
    assert LOCKED_DEFAULT not in run().by_name
    opened = run(default_project="open")[LOCKED_DEFAULT]
    assert opened.inputs["spec"]["sourceRepos"] == ["*"]


def test_projects_and_ways_in_come_after_the_workloads_and_go_before_them(rich: Recording) -> None:
    for name in AFTERWARDS:
        assert rich.dependencies(rich[name]) == sorted([HOME, KINDS, *WORKLOADS])


def test_secrets_of_repositories_clusters_and_sign_on_are_there_before_the_workloads(
    rich: Recording,
) -> None:
    secrets = {f"argo-cd-secret-{name}" for name in ("repo-app", "cluster-edge", "argocd-sso")}

    for name in secrets:
        assert rich[name].is_secret("data")
        assert rich[name].inputs["metadata"]["namespace"] == "tools"
    for name in WORKLOADS:
        assert secrets <= set(rich.dependencies(rich[name]))


def test_an_insecure_server_is_reached_on_the_plain_port(rich: Recording) -> None:
    summary = rich.outputs[rich["argo-cd"].urn]

    assert summary["server"] == "argocd-server.tools.svc:80"
    params = rich["argo-cd-configmap-argocd-cmd-params-cm"].inputs["data"]
    assert params["server.insecure"] == "true"


def spread(replicas: int, rule: str) -> dict[str, Any]:
    """Return a Deployment whose pods keep apart by a rule."""
    pod = {"affinity": {"podAntiAffinity": {rule: [{"topologyKey": "kubernetes.io/hostname"}]}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "spread"},
        "spec": {"replicas": replicas, "template": {"spec": pod}},
    }


@pytest.mark.parametrize(
    "manifest, stuck",
    [
        (spread(3, REQUIRED), True),
        (spread(2, REQUIRED), False),
        (spread(3, "preferredDuringSchedulingIgnoredDuringExecution"), False),
        ({**spread(3, REQUIRED), "kind": "StatefulSet"}, False),
    ],
    ids=["three-apart", "two-apart", "three-preferably-apart", "stateful-set"],
)
def test_pods_that_fill_the_three_nodes_are_rolled_one_by_one(
    manifest: dict[str, Any], stuck: bool
) -> None:
    (rolled,) = with_room_to_roll([manifest])

    limits = rolled["spec"].get("strategy", {}).get("rollingUpdate")
    assert limits == ({"maxSurge": 0, "maxUnavailable": 1} if stuck else None)
    assert with_room_to_roll([rolled]) == [rolled]
