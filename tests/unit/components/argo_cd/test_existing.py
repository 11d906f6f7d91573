"""An Argo CD that somebody else installed: is it there, and does it understand us."""

from typing import Any

import pytest

from components.argo_cd.existing import ForeignArgoCd
from components.argo_cd.versions import FEATURES, missing
from kube.cluster import Cluster, ClusterError
from stack.plan import Plan
from stack.preflight import run
from stack.preflight.run import Outlook, PreflightError
from stack.preflight.state import State
from stack.settings import ClusterSettings
from tests.support.fake_api import FakeApi
from tests.unit.stack.preflight.builders import Standing, config_map, deployment

CONFIG = "/api/v1/namespaces/gitops/configmaps/argocd-cm"
APPS = "/apis/apps/v1/namespaces/gitops"
ACTIONS = {"mergeBuiltinActions": "healthChecks.actions"}


@pytest.fixture
def standing(api: FakeApi) -> Standing:
    standing = Standing(api)
    api.has(CONFIG, config_map("argocd-cm"))
    return standing


def image(tag: str) -> Any:
    return deployment(image=f"quay.io/argoproj/argocd:{tag}")


def check(standing: Standing, stated: str | None = None) -> Outlook:
    plan = Plan([], ForeignArgoCd("gitops", stated, ACTIONS))
    settings = ClusterSettings(context="staging")
    return run.check(settings, plan, State(), lambda *_: standing.cluster, {})


def without_cluster(stated: str | None) -> Outlook:
    def reach(*_: object) -> Cluster:
        raise ClusterError("no answer")

    plan = Plan([], ForeignArgoCd("gitops", stated, ACTIONS))
    return run.check(ClusterSettings(context="staging"), plan, State(), reach, {})


@pytest.mark.parametrize(
    "workload",
    [
        "deployments/argocd-server",
        "deployments/argocd-repo-server",
        "statefulsets/argocd-application-controller",
    ],
)
def test_the_version_is_read_from_whatever_runs(standing: Standing, workload: str) -> None:
    standing.api.has(f"{APPS}/{workload}", image("v2.12.6"))
    with pytest.raises(PreflightError) as refused:
        check(standing)

    assert str(refused.value) == (
        "healthChecks.actions: not possible on Argo CD v2.12.6, which runs there: before 2.13 our "
        "actions would take the place of the built-in ones; allowed: false. Fix: pulumi config set "
        "--path 'healthChecks.actions' false, or have that Argo CD upgraded"
    )


def test_a_version_that_understands_all_is_no_news(standing: Standing) -> None:
    standing.api.has(f"{APPS}/deployments/argocd-server", image("v3.5.1"))

    assert check(standing) == Outlook([])


@pytest.mark.parametrize("tag", ["latest", "sha-1a2b3c"])
def test_a_version_that_no_image_tells_must_be_stated(standing: Standing, tag: str) -> None:
    standing.api.has(f"{APPS}/deployments/argocd-server", image(tag))

    with pytest.raises(
        PreflightError, match=r"argoCd\.version: not set, and the Argo CD cannot be"
    ):
        check(standing)
    assert check(standing, stated="v3.5.1") == Outlook([])


def test_without_a_cluster_the_stated_version_decides() -> None:
    assert without_cluster("v3.5.1").lines
    with pytest.raises(PreflightError, match=r"not possible on Argo CD v2\.7\.18, as argoCd\.vers"):
        without_cluster("v2.7.18")
    with pytest.raises(PreflightError, match=r"argoCd\.version: not set"):
        without_cluster(None)


def test_another_minor_than_stated_is_said_and_the_running_one_decides(standing: Standing) -> None:
    standing.api.has(f"{APPS}/deployments/argocd-server", image("v3.4.7"))
    (line,) = check(standing, stated="v3.5.1").lines

    assert line == (
        "Argo CD v3.4.7 runs in namespace gitops, and argoCd.version says v3.5.1, by which a "
        "preview without a cluster goes: pulumi config set --path 'argoCd.version' v3.4.7"
    )
    assert check(standing, stated="v3.4.1") == Outlook([])


def test_an_argo_cd_that_is_not_there_is_refused(api: FakeApi) -> None:
    with pytest.raises(PreflightError) as refused:
        check(Standing(api), stated="v3.5.1")

    assert str(refused.value) == (
        "argoCd.namespace: there is no argocd-cm in namespace gitops, and argoCd.mode is existing. "
        "Fix: pulumi config set --path 'argoCd.namespace' NAMESPACE with that of the Argo CD, or "
        "pulumi config set --path 'argoCd.mode' managed to have one installed"
    )


@pytest.mark.parametrize(
    "version, lacks",
    [
        ("v2.3.9", {"mergeBuiltinActions", "ignoreResourceUpdates", "pluginSidecar"}),
        ("v2.7.18", {"mergeBuiltinActions", "ignoreResourceUpdates"}),
        ("v2.8.0", {"mergeBuiltinActions", "pluginEntry"}),
        ("v2.13.0", {"pluginEntry"}),
        ("v3.5.1", {"pluginEntry"}),
        ("latest", set[str]()),
    ],
)
def test_each_version_lacks_what_came_later_or_went(version: str, lacks: set[str]) -> None:
    assert {name for name, _ in missing(version, FEATURES)} == lacks
