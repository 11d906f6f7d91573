"""The transforms: a new list, order kept, nothing outside the target touched, twice is once."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kube.images
from errors import ManifestError
from kube import manifests as m
from kube.images import image_in, with_image_registry, with_pull_secrets
from kube.manifests import Manifest
from tests.support.release import differing, images, key, release

Transform = Callable[[list[Manifest]], list[Manifest]]

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
REGISTRIES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["registry.example.org", "localhost", "10.0.0.1", "harbor"]),
        st.sampled_from(["", ":5000"]),
        st.sampled_from(["", "/mirror", "/a/b", "/team"]),
    ),
)
TRANSFORMS: dict[str, st.SearchStrategy[Transform]] = {
    "in_namespace": NAMES.map(lambda ns: lambda o: m.in_namespace(o, ns)),
    "with_config_map_data": st.dictionaries(st.sampled_from(["shipped", "both", "new"]), NAMES).map(
        lambda data: lambda o: m.with_config_map_data(o, "argocd-cm", data)
    ),
    "with_image_registry": st.one_of(st.none(), REGISTRIES).map(
        lambda registry: lambda o: with_image_registry(o, registry)
    ),
    "with_pull_secrets": st.lists(NAMES, max_size=3).map(
        lambda names: lambda o: with_pull_secrets(o, names)
    ),
    "with_restart_on_change": st.just(m.with_restart_on_change),
    "without_service_waits": st.just(m.without_service_waits),
}
TARGETS = {
    "with_config_map_data": {("ConfigMap", "argocd-cm")},
    "with_image_registry": {
        ("Deployment", "server"),
        ("StatefulSet", "controller"),
        ("Job", "prepare"),
    },
    "with_pull_secrets": {
        ("Deployment", "server"),
        ("StatefulSet", "controller"),
        ("Job", "prepare"),
    },
    "with_restart_on_change": {("Deployment", "server")},
    "without_service_waits": {("Service", "server")},
}
few = settings(max_examples=20)
each_transform = pytest.mark.parametrize("name", TRANSFORMS)


def test_every_public_transform_is_among_the_cases() -> None:
    names = {*dir(m), *dir(kube.images)}
    transforms = {n for n in names if n.startswith(("in_", "with_", "without_"))}

    assert transforms == set(TRANSFORMS)


@each_transform
@few
@given(data=st.data())
def test_the_input_stays_as_it_was(name: str, data: st.DataObject) -> None:
    objects = release()
    data.draw(TRANSFORMS[name])(objects)

    assert objects == release()


@each_transform
@few
@given(data=st.data())
def test_twice_is_once(name: str, data: st.DataObject) -> None:
    transform = data.draw(TRANSFORMS[name])
    once = transform(release())

    assert transform(once) == once


@each_transform
@few
@given(data=st.data())
def test_nothing_outside_the_target_is_touched(name: str, data: st.DataObject) -> None:
    after = data.draw(TRANSFORMS[name])(release())
    namespaced = {key(o) for o in release() if m.is_namespaced(o)}
    allowed = TARGETS.get(name, {*namespaced, ("ClusterRoleBinding", "server")})

    assert set(differing(release(), after)) <= allowed


def test_each_namespaced_object_gets_the_namespace() -> None:
    placed = m.in_namespace(release(), "tools")
    without = {key(o) for o in placed if "namespace" not in o["metadata"]}

    assert without == {
        ("CustomResourceDefinition", "things.example.org"),
        ("ClusterRole", "server"),
        ("ClusterRoleBinding", "server"),
    }
    assert {o["metadata"].get("namespace") for o in placed} == {None, "tools"}


@pytest.mark.parametrize(
    "kind",
    [
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PriorityClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ],
)
def test_a_kind_of_the_cluster_has_no_namespace(kind: str) -> None:
    manifest = {"apiVersion": "x/v1", "kind": kind, "metadata": {"name": "a"}}

    assert m.in_namespace([manifest], "tools") == [manifest]


def test_subjects_that_name_a_namespace_follow() -> None:
    placed = m.in_namespace(release(), "tools")

    assert m.sole(placed, "ClusterRoleBinding", "server")["subjects"] == [
        {"kind": "ServiceAccount", "name": "server", "namespace": "tools"},
        {"kind": "Group", "name": "everyone"},
    ]
    assert m.sole(placed, "RoleBinding", "server")["subjects"] == [
        {"kind": "ServiceAccount", "name": "server"}
    ]


def test_config_map_data_is_merged_over_what_is_shipped() -> None:
    merged = m.with_config_map_data(release(), "argocd-cm", {"both": "ours", "new": "1"})

    assert m.sole(merged, "ConfigMap", "argocd-cm")["data"] == {
        "shipped": "1",
        "both": "ours",
        "new": "1",
    }


def test_a_config_map_without_data_gets_it() -> None:
    merged = m.with_config_map_data(release(), "argocd-rbac-cm", {"policy.csv": "p"})

    assert m.sole(merged, "ConfigMap", "argocd-rbac-cm")["data"] == {"policy.csv": "p"}


def test_no_data_declares_none() -> None:
    merged = m.with_config_map_data(release(), "argocd-rbac-cm", {})

    assert "data" not in m.sole(merged, "ConfigMap", "argocd-rbac-cm")


@pytest.mark.parametrize(
    "image, expected",
    [
        ("quay.io/team/server:v1", "reg.example.org/team/server:v1"),
        ("public.ecr.aws/docker/library/redis:8", "reg.example.org/docker/library/redis:8"),
        ("docker.io/library/redis:8", "reg.example.org/library/redis:8"),
        ("redis:8", "reg.example.org/library/redis:8"),
        ("redis", "reg.example.org/library/redis"),
        ("team/server:v1", "reg.example.org/team/server:v1"),
        ("my.name:v1", "reg.example.org/library/my.name:v1"),
        ("host:5000/server", "reg.example.org/server"),
        ("host:5000/server:v1", "reg.example.org/server:v1"),
        ("localhost/server:v1", "reg.example.org/server:v1"),
        ("quay.io/a/b@sha256:00ff", "reg.example.org/a/b@sha256:00ff"),
        ("quay.io/a/b:v1@sha256:00ff", "reg.example.org/a/b:v1@sha256:00ff"),
        ("redis@sha256:00ff", "reg.example.org/library/redis@sha256:00ff"),
        ("reg.example.org/team/server:v1", "reg.example.org/team/server:v1"),
    ],
)
def test_only_the_registry_of_an_image_changes(image: str, expected: str) -> None:
    assert image_in("reg.example.org", image) == expected


def test_a_registry_with_a_path_is_put_before_the_repository() -> None:
    assert image_in("reg:5000/mirror", "quay.io/a/b:v1") == "reg:5000/mirror/a/b:v1"
    assert image_in("reg:5000/mirror", "reg:5000/mirror/a/b:v1") == "reg:5000/mirror/a/b:v1"
    assert image_in("reg:5000/mirror", "reg:5000/mirrored:v1") == "reg:5000/mirror/mirrored:v1"


def test_every_container_is_pulled_from_the_registry() -> None:
    assert images(with_image_registry(release(), "reg.example.org")) == [
        "reg.example.org/team/copy:v1",
        "reg.example.org/team/server:v1",
        "reg.example.org/library/redis:8.2",
        "reg.example.org/team/controller@sha256:00",
        "reg.example.org/team/copy:v1",
    ]


def test_without_a_registry_images_stay() -> None:
    assert with_image_registry(release(), None) == release()


def test_every_pod_template_gets_the_pull_secrets() -> None:
    changed = with_pull_secrets(release(), ["one", "two"])
    templates = [o for o in changed if "template" in (o.get("spec") or {})]

    assert [key(o) for o in templates] == [
        ("Deployment", "server"),
        ("StatefulSet", "controller"),
        ("Job", "prepare"),
    ]
    assert all(
        o["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "one"}, {"name": "two"}]
        for o in templates
    )


def test_no_pull_secrets_declare_none() -> None:
    assert with_pull_secrets(release(), ()) == release()


def environment_of(objects: list[Manifest]) -> object:
    """Return the mark of the server's environment."""
    template = m.sole(m.with_restart_on_change(objects), "Deployment", "server")["spec"]["template"]
    return (template["metadata"].get("annotations") or {}).get("gitops-bootstrap/environment")


def test_only_what_reads_an_entry_carries_the_mark_of_its_environment() -> None:
    changed = m.with_restart_on_change(release())

    assert differing(release(), changed) == [("Deployment", "server")]
    assert environment_of(release())


@pytest.mark.parametrize(
    "name, key, restarts",
    [
        pytest.param("argocd-cm", "shipped", True, id="read-as-environment"),
        pytest.param("argocd-rbac-cm", "unset", True, id="set-only-now"),
        pytest.param("argocd-cm", "both", False, id="read-otherwise"),
        pytest.param("argocd-cmd-params-cm", "shipped", False, id="of-another-map"),
    ],
)
def test_a_changed_entry_restarts_what_reads_it(name: str, key: str, restarts: bool) -> None:
    changed = m.with_config_map_data(release(), name, {key: "other"})

    assert (environment_of(changed) != environment_of(release())) is restarts


def test_a_workload_without_set_entries_carries_no_mark() -> None:
    objects = [o for o in release() if o["kind"] != "ConfigMap"]

    assert m.with_restart_on_change(objects) == objects


def test_only_a_service_before_an_awaited_workload_is_not_awaited() -> None:
    changed = m.without_service_waits(release())

    assert differing(release(), changed) == [("Service", "server")]
    assert m.sole(changed, "Service", "server")["metadata"]["annotations"] == {
        "kept": "yes",
        "pulumi.com/skipAwait": "true",
    }


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_each_awaited_kind_covers_its_service(kind: str) -> None:
    service = release()[9]
    workload = copy.deepcopy(m.sole(release(), "Deployment", "server")) | {"kind": kind}

    assert service["kind"] == "Service"
    assert m.without_service_waits([service]) == [service]
    assert m.without_service_waits([service, workload])[0] != service


def test_one_object_is_found_by_kind_and_name() -> None:
    assert m.sole(release(), "Service", "server")["spec"] == {"selector": {"app": "server"}}


@pytest.mark.parametrize(
    "objects, complaint",
    [
        pytest.param([], "0 objects ConfigMap argocd-cm", id="missing"),
        pytest.param([*release(), *release()], "2 objects ConfigMap argocd-cm", id="twice"),
    ],
)
@pytest.mark.parametrize("data", [{}, {"a": "b"}], ids=["nothing-to-merge", "something-to-merge"])
def test_a_target_that_is_not_there_once_is_refused(
    objects: list[Manifest], complaint: str, data: dict[str, Any]
) -> None:
    with pytest.raises(ManifestError, match=complaint):
        m.with_config_map_data(objects, "argocd-cm", data)
