"""What holds for every object of every shipped stack."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kube.manifests import is_namespaced
from tests.stacks.conftest import StackRun
from tests.support.recordings import CRD, PROVIDER_TYPE
from tests.support.snapshots import images_in

FLOATING = {"latest", "stable", "main", "master", "edge"}
BUILT_IN = re.compile(r"v1|(apps|autoscaling|batch|policy)/v\d\w*|.*\.k8s\.io/v\d\w*")


def test_names_are_unique(run: StackRun) -> None:
    counted = Counter(r.name for r in run.recording.all)

    assert len(counted) > 3
    assert [name for name, count in counted.items() if count > 1] == []


def test_there_is_one_provider_and_it_belongs_to_the_stack(run: StackRun) -> None:
    (provider,) = [r for r in run.recording.all if r.type.startswith("pulumi:providers:")]

    assert provider.type == PROVIDER_TYPE
    assert provider.parent.endswith(f"::pulumi:pulumi:Stack::gitops-bootstrap-{run.stack}")


def test_every_object_is_the_child_of_a_component(run: StackRun) -> None:
    components = {r.urn for r in run.recording.all if not r.custom}

    assert components
    assert [r.name for r in run.recording.objects if r.parent not in components] == []


def test_every_object_is_on_the_explicit_provider(run: StackRun) -> None:
    (provider,) = [r.urn for r in run.recording.all if r.type == PROVIDER_TYPE]

    assert [r.name for r in run.recording.objects if r.provider != provider] == []


def test_the_kubeconfig_is_secret(run: StackRun) -> None:
    provider = run.recording["cluster"]

    # Without one, a context of the file that the user has is selected.
    assert provider.is_secret("kubeconfig") or (
        "kubeconfig" not in provider.inputs and provider.inputs["context"]
    )


def test_the_provider_changes_config_maps_and_secrets_in_place(run: StackRun) -> None:
    inputs = run.recording["cluster"].inputs

    assert inputs["enableConfigMapMutable"] == "true"
    assert inputs["enableSecretMutable"] == "true"
    assert inputs["clusterIdentifier"] == f"gitops-bootstrap-{run.stack}"


def test_an_object_has_a_namespace_when_its_kind_lives_in_one(run: StackRun) -> None:
    manifests = [r.inputs for r in run.recording.objects if "metadata" in r.inputs]
    assert manifests

    wrong = [o for o in manifests if is_namespaced(o) != bool(o["metadata"].get("namespace"))]
    assert [f"{o['kind']} {o['metadata']['name']}" for o in wrong] == []


def test_each_namespace_of_an_object_is_made_by_the_stack(run: StackRun) -> None:
    made = {r.inputs["metadata"]["name"] for r in run.recording.of_kind("Namespace")}
    metadata = [r.inputs.get("metadata", r.inputs) for r in run.recording.objects]

    assert {m["namespace"] for m in metadata if "namespace" in m} == made


def test_what_names_a_namespace_comes_after_it(run: StackRun) -> None:
    namespaces = {r.inputs["metadata"]["name"]: r.urn for r in run.recording.of_kind("Namespace")}
    placed = [(r, r.inputs.get("metadata", r.inputs)) for r in run.recording.objects]

    early = [
        r.name
        for r, m in placed
        if "namespace" in m and namespaces[m["namespace"]] not in run.recording.comes_after(r)
    ]
    assert early == []


def test_no_custom_resource_is_without_its_definition(run: StackRun) -> None:
    specs = [r.inputs["spec"] for r in run.recording.of_kind(CRD)]
    defined = {(spec["group"], spec["names"]["kind"]) for spec in specs}
    assert defined
    custom = [
        r.inputs
        for r in run.recording.objects
        if r.kind != "Release" and not BUILT_IN.fullmatch(r.inputs["apiVersion"])
    ]

    lacking = [o for o in custom if (o["apiVersion"].partition("/")[0], o["kind"]) not in defined]
    assert lacking == []


def test_no_image_floats(run: StackRun) -> None:
    images = [i for r in run.recording.objects if r.kind != CRD for i in images_in(r.inputs)]
    assert images

    assert [image for image in images if floats(image)] == []


def floats(image: str) -> bool:
    """Tell whether an image reference can mean another image tomorrow."""
    # Of a digest, this is its value.
    _, _, tag = image.rpartition("/")[2].partition(":")
    return not tag or tag in FLOATING


def test_a_floating_image_would_be_found() -> None:
    assert [
        image
        for image in ("a/b", "a:5000/b", "a/b:latest", "a/b:v1", "a:5000/b:v1", "a/b@sha256:00")
        if floats(image)
    ] == ["a/b", "a:5000/b", "a/b:latest"]


def test_nothing_is_declared_that_a_controller_fills_in(run: StackRun) -> None:
    declared = [
        f"{r.name}: {key}"
        for r in run.recording.objects
        if r.kind != CRD
        for key in filled_by_controllers(r.inputs)
    ]

    assert declared == []


def test_no_definition_carries_a_certificate(run: StackRun) -> None:
    conversions = [r.inputs["spec"].get("conversion") or {} for r in run.recording.of_kind(CRD)]

    assert [c for c in conversions if "caBundle" in str(c)] == []


def filled_by_controllers(value: Any) -> Iterator[str]:
    """Yield the keys in a manifest whose emptiness an update would restore."""
    if isinstance(value, list):
        for item in value:
            yield from filled_by_controllers(item)
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "caBundle" or (key in {"data", "stringData"} and not item):
                yield key
            yield from filled_by_controllers(item)


def test_what_a_controller_fills_in_would_be_found() -> None:
    webhook = {"webhooks": [{"clientConfig": {"caBundle": ""}}], "data": {}}

    assert list(filled_by_controllers(webhook)) == ["caBundle", "data"]
    assert list(filled_by_controllers({"data": {"a": ""}})) == []


def test_only_the_setting_decides_whether_definitions_stay(run: StackRun) -> None:
    # What is laid over an object that is not ours is never taken back.
    owned = [r for r in run.recording.all if not r.kind.endswith("Patch")]
    kept = {r.kind for r in owned if r.retain_on_delete}
    namespaces = [r.name for r in run.recording.of_kind("Namespace") if r.retain_on_delete]

    assert kept - {"Namespace"} == ({CRD} if run.stack == "prod" else set())
    # In it Applications can live, which nothing could delete any more.
    assert namespaces == (["kube-vela-namespace-vela-system"] if run.stack == "prod" else [])
