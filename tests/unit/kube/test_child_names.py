"""What a child resource is called, and of which type it is."""

import pytest

from kube.manifests import Manifest, in_namespace
from kube.resources import child_name, type_token
from tests.support.release import release


def manifest(version: str, kind: str, name: str, namespace: str | None = None) -> Manifest:
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}}


@pytest.mark.parametrize(
    "version, kind, token",
    [
        ("v1", "Secret", "kubernetes:core/v1:Secret"),
        ("apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        ),
        ("argoproj.io/v1alpha1", "AppProject", "kubernetes:argoproj.io/v1alpha1:AppProject"),
    ],
)
def test_the_type_is_the_providers(version: str, kind: str, token: str) -> None:
    assert type_token(manifest(version, kind, "a")) == token


def test_the_components_own_namespace_is_not_part_of_a_name() -> None:
    child = manifest("v1", "ConfigMap", "argocd-cm", "argocd")

    assert child_name("argo-cd", child, home="argocd") == "argo-cd-configmap-argocd-cm"


def test_another_namespace_is_part_of_a_name() -> None:
    child = manifest("v1", "ConfigMap", "argocd-cm", "other")

    assert child_name("argo-cd", child, home="argocd") == "argo-cd-configmap-other-argocd-cm"


def test_a_name_stays_when_the_whole_component_moves() -> None:
    names = [
        [child_name("argo-cd", o, home=place) for o in in_namespace(release(), place)]
        for place in ("one", "two")
    ]

    assert names[0] == names[1]
    assert len(set(names[0])) == len(release())
