"""What the cluster has of a plan, and who made it."""

from typing import Any

import pytest

from kube.identity import Identity
from stack.preflight.existing import find, owner
from stack.preflight.state import State
from tests.support.fake_api import FakeApi
from tests.unit.stack.preflight.builders import (
    PLACE,
    Standing,
    argo_cd,
    config_map,
    deployment,
    kruise,
    made_by,
    record_of,
)

MAPS = "/api/v1/namespaces/argocd/configmaps"
RECORDS = "/api/v1/namespaces/kruise-system/secrets"
MANAGERS = "/apis/apps/v1/namespaces/kruise-system/deployments"
HELM = {"meta.helm.sh/release-name": "kruise", "meta.helm.sh/release-namespace": "default"}


@pytest.fixture
def standing(api: FakeApi) -> Standing:
    return Standing(api)


def test_only_what_is_planned_and_not_ours_is_found(standing: Standing) -> None:
    standing.has(
        MAPS, argocd_cm=made_by("kubectl"), argocd_rbac_cm=made_by("kubectl"), other=made_by("me")
    )
    ours = Identity.of(config_map("argocd-rbac-cm"))
    unit = argo_cd(config_map("argocd-cm"), config_map("argocd-rbac-cm"), config_map("missing"))

    found = find(standing.cluster, [unit], State(objects=frozenset({ours})))

    assert [(f.unit, f.identity.name) for f in found.objects] == [("argoCd", "argocd-cm")]


def test_a_kind_of_which_nothing_is_missing_in_the_state_is_not_asked_for(
    standing: Standing,
) -> None:
    ours = Identity.of(config_map("argocd-cm"))
    known = State(objects=frozenset({ours}))
    find(standing.cluster, [argo_cd(config_map("argocd-cm"), deployment())], known)

    assert not [path for _, path, _ in standing.api.asked if "configmaps" in path]


def test_a_kind_that_may_not_be_listed_is_named(standing: Standing) -> None:
    standing.api.has(MAPS, {"message": "no"}, 403)
    found = find(standing.cluster, [argo_cd(config_map("argocd-cm"))], State())

    assert found.unseen == ["ConfigMap"]


@pytest.mark.parametrize(
    "metadata, maker",
    [
        (made_by("kubectl-client-side-apply"), "kubectl"),
        (made_by("argocd-server"), "argocd-server"),
        (made_by("helm", HELM), "Helm release default/kruise"),
        (made_by("x", {"argocd.argoproj.io/tracking-id": "apps:v1"}), "Argo CD application apps"),
        (
            made_by("pulumi-kubernetes-1a2b"),
            "a Pulumi stack: another one, or this one before its state was lost",
        ),
        ({}, "somebody"),
    ],
)
def test_the_maker_of_an_object_is_told_by_its_metadata(
    metadata: dict[str, Any], maker: str
) -> None:
    assert owner(metadata) == maker


def test_a_release_under_the_planned_name_is_read_from_its_last_record(
    standing: Standing,
) -> None:
    old, new = "sh.helm.release.v1.kruise.v9", "sh.helm.release.v1.kruise.v10"
    items = [
        {"metadata": {"name": name, "labels": {"version": name.rpartition("v")[2]}}}
        for name in (new, old)
    ]
    query = "limit=500&labelSelector=owner%3Dhelm%2Cname%3Dkruise"
    standing.api.has(f"{RECORDS}?{query}", {"items": items})
    record = record_of("kruise", "1.7.5", {"manager": {"replicas": 3}})
    standing.api.has(f"{RECORDS}/{new}", record)

    (release,) = find(standing.cluster, [kruise()], State()).releases

    assert release.chart == "kruise-1.7.5"
    assert release.values == {"manager": {"replicas": 3}}


def test_a_release_that_the_state_knows_is_not_looked_for(standing: Standing) -> None:
    known = State(releases=frozenset({PLACE.place}))

    assert find(standing.cluster, [kruise()], known).releases == []
    assert standing.api.asked == []


def test_what_another_release_installed_is_recognised(standing: Standing) -> None:
    standing.has(MANAGERS, kruise_controller_manager=made_by("helm", HELM))
    (release,) = find(standing.cluster, [kruise()], State()).releases

    assert (release.chart, release.other) == (None, ("default", "kruise"))


def test_what_was_installed_without_helm_is_recognised(standing: Standing) -> None:
    standing.has(MANAGERS, kruise_controller_manager=made_by("kubectl"))
    (release,) = find(standing.cluster, [kruise()], State()).releases

    assert (release.other, release.maker) == (None, "kubectl")


def test_nothing_is_found_on_an_empty_cluster(standing: Standing) -> None:
    found = find(standing.cluster, [argo_cd(config_map("argocd-cm")), kruise()], State())

    assert (found.objects, found.releases, found.unseen) == ([], [], [])
