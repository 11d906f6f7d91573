"""What the stack's own state tells."""

from typing import Any

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from kube.identity import Identity
from stack.preflight import state
from stack.preflight.state import State, state_of
from tools.render.recorder import record


def structure(resources: dict[str, Any]) -> Struct:
    """Return resources as the engine sends them."""
    return ParseDict(resources, Struct())


def test_objects_releases_and_units_are_told_apart() -> None:
    metadata = {"name": "argocd-cm", "namespace": "argocd"}
    resources = {
        "stack": {"type": "pulumi:pulumi:Stack", "outputs": {"argoCd": {}}},
        "provider": {"type": "pulumi:providers:kubernetes", "outputs": {"version": "4.25.0"}},
        "unit": {"type": "bootstrap:index:ArgoCd", "outputs": {"version": "v3.5.1"}},
        "object": {
            "type": "kubernetes:core/v1:ConfigMap",
            "outputs": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata},
        },
        "cluster-scoped": {
            "type": "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
            "outputs": {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRole",
                "metadata": {"name": "argocd-server"},
            },
        },
        "release": {
            "type": "kubernetes:helm.sh/v3:Release",
            "outputs": {"name": "kruise", "namespace": "kruise-system"},
        },
    }

    known = state_of(structure(resources))

    assert known.objects == {
        Identity("", "ConfigMap", "argocd", "argocd-cm"),
        Identity("rbac.authorization.k8s.io", "ClusterRole", "", "argocd-server"),
    }
    assert known.releases == {("kruise-system", "kruise")}
    assert known.version("argoCd") == "v3.5.1"
    assert known.version("openKruise") is None


def test_what_is_laid_over_an_object_of_someone_else_does_not_own_it() -> None:
    outputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-cm"}}
    resources = {"patch": {"type": "kubernetes:core/v1:ConfigMapPatch", "outputs": outputs}}

    assert state_of(structure(resources)) == State()


def test_where_no_engine_is_behind_the_program_there_is_no_state() -> None:
    seen: list[State | None] = []
    record(lambda: seen.append(state.read()))

    assert seen == [None]
