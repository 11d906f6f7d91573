"""What exists already: refused with a list, or taken over with what that does."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

import pytest

from kube.cluster import Answer
from kube.provider import FORCE_VARIABLE
from stack.plan import Plan, PlannedUnit
from stack.preflight import run
from stack.preflight.run import Outlook, PreflightError
from stack.preflight.state import State
from stack.settings import ClusterSettings
from tests.support.fake_api import FakeApi
from tests.unit.stack.preflight.builders import (
    Standing,
    argo_cd,
    config_map,
    deployment,
    kruise,
    made_by,
    record_of,
)

MAPS = "/api/v1/namespaces/argocd/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/argocd/deployments"
SERVER = f"{DEPLOYMENTS}/argocd-server"
RECORD = "sh.helm.release.v1.kruise.v1"
RECORDS = "/api/v1/namespaces/kruise-system/secrets"
FORCED = {FORCE_VARIABLE: "true"}


@pytest.fixture
def standing(api: FakeApi) -> Standing:
    return Standing(api)


@pytest.fixture(autouse=True)
def provider_4_25(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "4.25.0")


def check(
    standing: Standing,
    *units: PlannedUnit,
    adopt: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Outlook:
    settings = ClusterSettings(context="staging", adopt=adopt)
    return run.check(settings, Plan(units), State(), lambda *_: standing.cluster, environ or {})


def agreeing(generation: int, template: Any = None) -> Answer:
    spec = {"template": template or deployment()["spec"]["template"]}
    return Answer(200, {"metadata": {"generation": generation}, "spec": spec})


def conflict(field: str) -> Answer:
    message = 'conflict with "kubectl-edit" using apps/v1'
    return Answer(409, {"details": {"causes": [{"message": message, "field": field}]}})


def test_foreign_objects_are_refused_with_a_list_and_the_fix(standing: Standing) -> None:
    names = [f"map-{number}" for number in range(5)]
    standing.has(MAPS, **{name.replace("-", "_"): made_by("kubectl") for name in names})
    standing.has(DEPLOYMENTS, argocd_server=made_by("argocd-server"))
    with pytest.raises(PreflightError) as refused:
        check(standing, argo_cd(deployment(), *map(config_map, names)))

    assert str(refused.value) == (
        "the cluster already has 6 of the objects that this stack would create, and the stack's "
        "state knows none of them; nothing was written:\n"
        "  argoCd, made by argocd-server:\n"
        "    Deployment argocd/argocd-server\n"
        "  argoCd, made by kubectl:\n"
        "    ConfigMap argocd/map-0, argocd/map-1, argocd/map-2 and 2 more\n"
        "  Fix: take them over as they run, pulumi config set --path 'cluster.adopt' true "
        "(docs/how-to/adopt.md); or remove them; or leave them to whoever made them and set the "
        "unit's `enabled` to false"
    )
    assert {method for method, _, _ in standing.api.asked} == {"GET"}


def test_taking_over_what_agrees_says_that_nothing_restarts(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=4))
    standing.answers_apply(SERVER, force=False, answer=agreeing(4))
    outlook = check(standing, argo_cd(deployment()), adopt=True)

    assert list(outlook.lines) == [
        "taking over what exists (cluster.adopt):",
        "  argoCd, made by kubectl:",
        "    Deployment argocd/argocd-server",
        "  no pod restarts because of it",
    ]


def test_taking_over_names_what_restarts_and_what_is_overruled(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=4))
    standing.api.has(SERVER, deployment(image="quay.io/argoproj/argocd:v3.4.7"))
    standing.answers_apply(SERVER, force=False, answer=conflict(".spec.template.image"))
    standing.answers_apply(SERVER, force=True, answer=agreeing(5))
    outlook = check(standing, argo_cd(deployment()), adopt=True, environ=FORCED)

    assert list(outlook.lines)[3:] == [
        "  pods restart, as their template changes:",
        "    Deployment argocd/argocd-server",
        "  overruled, as somebody else has set another value:",
        "    Deployment argocd/argocd-server: .spec.template.image (set by kubectl-edit)",
    ]


def test_a_change_beside_the_template_restarts_nothing(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=4))
    standing.api.has(SERVER, deployment())
    standing.answers_apply(SERVER, force=False, answer=agreeing(5))
    outlook = check(standing, argo_cd(deployment()), adopt=True)

    assert list(outlook.lines)[3:] == [
        "  changed in place:",
        "    Deployment argocd/argocd-server",
        "  no pod restarts because of it",
    ]


def test_a_conflict_over_equal_values_overrules_nobody(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=4))
    standing.answers_apply(SERVER, force=False, answer=conflict(".spec.ports"))
    standing.answers_apply(SERVER, force=True, answer=agreeing(4))
    outlook = check(standing, argo_cd(deployment()), adopt=True, environ=FORCED)

    assert list(outlook.lines)[3:] == ["  no pod restarts because of it"]


def contested(standing: Standing) -> Standing:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=4))
    standing.answers_apply(SERVER, force=False, answer=conflict(".spec.ports"))
    standing.answers_apply(SERVER, force=True, answer=agreeing(4))
    return standing


def test_an_old_provider_must_be_told_by_the_environment(standing: Standing) -> None:
    with pytest.raises(PreflightError, match="Fix: export PULUMI_K8S_ENABLE_PATCH_FORCE=true"):
        check(contested(standing), argo_cd(deployment()), adopt=True)


def test_a_new_provider_needs_no_environment(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "4.29.0")

    assert check(contested(standing), argo_cd(deployment()), adopt=True).lines


def test_what_cannot_be_changed_in_place_is_refused(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("helm", generation=1))
    message = 'Deployment.apps "argocd-server" is invalid: spec.selector: field is immutable'
    standing.answers_apply(SERVER, force=False, answer=Answer(422, {"message": message}))

    with pytest.raises(PreflightError) as refused:
        check(standing, argo_cd(deployment()), adopt=True)

    assert str(refused.value).startswith(
        "Deployment argocd/argocd-server: cannot be taken over: spec.selector: field is immutable."
    )


def test_why_a_secret_is_refused_is_not_quoted(standing: Standing) -> None:
    secret = {**config_map("argocd-secret"), "kind": "Secret"}
    standing.has("/api/v1/namespaces/argocd/secrets", argocd_secret=made_by("kubectl"))
    message = 'Secret "argocd-secret" is invalid: data: "hunter2"'
    path = "/api/v1/namespaces/argocd/secrets/argocd-secret"
    standing.answers_apply(path, force=False, answer=Answer(422, {"message": message}))

    with pytest.raises(PreflightError) as refused:
        check(standing, argo_cd(secret), adopt=True)

    assert "the API server refuses it" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.fixture
def released(standing: Standing) -> Standing:
    """Have chart 1.7.5 installed by Helm where we would install it."""
    listing = {"items": [{"metadata": {"name": RECORD, "labels": {"version": "1"}}}]}
    standing.api.has(RECORDS, listing)
    standing.api.has(f"{RECORDS}/{RECORD}", record_of("kruise", "1.7.5", {}))
    return standing


def test_a_release_that_helm_installed_is_refused(released: Standing) -> None:
    with pytest.raises(PreflightError, match="Helm release kruise-system/kruise of chart kruise-1"):
        check(released, kruise())


def test_a_release_that_helm_installed_is_handed_on_to_be_taken_over(released: Standing) -> None:
    assert check(released, kruise(), adopt=True).releases == {("kruise-system", "kruise")}


def test_values_that_the_release_has_and_the_stack_has_not_are_named(released: Standing) -> None:
    values = {"manager": {"replicas": 3, "hostNetwork": True}, "daemon": {"extraEnvs": []}}
    released.api.has(f"{RECORDS}/{RECORD}", record_of("kruise", "1.7.5", values))
    lines = list(check(released, kruise(), adopt=True).lines)

    title = "  values of kruise-system/kruise that go back to the chart's own:"
    start = lines.index(title)
    assert lines[start + 1 : start + 3] == ["    daemon.extraEnvs", "    manager.hostNetwork"]


def test_a_newer_release_that_helm_installed_is_not_made_older(released: Standing) -> None:
    released.api.has(f"{RECORDS}/{RECORD}", record_of("kruise", "1.9.0", {}))

    with pytest.raises(PreflightError, match=r"openKruise\.version: 1\.8\.3 is older than 1\.9\.0"):
        check(released, kruise(), adopt=True)


def test_a_newer_argo_cd_is_not_made_older(standing: Standing) -> None:
    standing.has(DEPLOYMENTS, argocd_server=made_by("kubectl", generation=1))
    standing.api.has(SERVER, deployment(image="registry:5000/argocd:v3.6.2@sha256:00"))
    standing.answers_apply(SERVER, force=False, answer=agreeing(1))

    with pytest.raises(PreflightError, match=r"v3\.5\.1 is older than v3\.6\.2"):
        check(standing, argo_cd(deployment()), adopt=True)


@pytest.mark.parametrize("adopt", [False, True])
def test_a_release_kept_elsewhere_is_refused_with_where_it_is(
    adopt: bool, standing: Standing
) -> None:
    helm = {"meta.helm.sh/release-name": "k", "meta.helm.sh/release-namespace": "default"}
    deployments = "/apis/apps/v1/namespaces/kruise-system/deployments"
    standing.has(deployments, kruise_controller_manager=made_by("helm", helm))

    with pytest.raises(PreflightError) as refused:
        check(standing, kruise(), adopt=adopt)

    assert str(refused.value) == (
        "openKruise.release: kruise-system/kruise is not what is installed: the cluster has "
        "Deployment kruise-system/kruise-controller-manager of Helm release default/k, and a "
        "second one would fight over it. Fix: pulumi config set --path "
        "'openKruise.release.namespace' default, pulumi config set --path "
        "'openKruise.release.name' k and pulumi config set --path 'cluster.adopt' true "
        "(docs/how-to/adopt.md); or helm uninstall --namespace default k"
    )


def test_every_reason_is_given_at_once(released: Standing) -> None:
    released.has(MAPS, argocd_cm=made_by("kubectl"))
    known = State(units={"argoCd": {"version": "v3.6.2"}})
    settings = ClusterSettings(context="staging")
    units = [argo_cd(config_map("argocd-cm")), kruise()]
    with pytest.raises(PreflightError) as refused:
        run.check(settings, Plan(units), known, lambda *_: released.cluster, {})

    text = str(refused.value)
    assert "argoCd.version: v3.5.1 is older" in text
    assert "ConfigMap argocd/argocd-cm" in text
    assert "Helm release kruise-system/kruise" in text
