"""The checks together: when the cluster is asked, and what else is refused or said."""

import json
from typing import Any

import pytest

from kube.cluster import Cluster, ClusterError
from kube.identity import Identity
from stack.plan import Plan, PlannedUnit
from stack.preflight import run
from stack.preflight.run import Outlook, PreflightError
from stack.preflight.state import State
from stack.settings import ClusterSettings
from tests.support.fake_api import FakeApi
from tests.unit.stack.preflight.builders import (
    PLACE,
    Standing,
    argo_cd,
    config_map,
    deployment,
    kruise,
    made_by,
)

CLONE_SETS = "/apis/apps.kruise.io/v1alpha1/clonesets"
MANAGER = "/apis/apps/v1/namespaces/kruise-system/deployments/kruise-controller-manager"
SELECTED = ClusterSettings(context="staging")


def unreachable(*_: object) -> Cluster:
    raise AssertionError


def owned(*objects: Any, **units: dict[str, str]) -> State:
    identities = frozenset(Identity.of(o) for o in objects)
    return State(identities, frozenset({PLACE.place}), units)


def check(standing: Standing, unit: PlannedUnit, known: State | None = None) -> Outlook:
    return run.check(SELECTED, Plan([unit]), known or State(), lambda *_: standing.cluster, {})


@pytest.fixture
def standing(api: FakeApi) -> Standing:
    return Standing(api)


def test_a_run_that_creates_nothing_does_not_open_the_cluster() -> None:
    known = owned(config_map("argocd-cm"))
    outlook = run.check(SELECTED, Plan([argo_cd(config_map("argocd-cm"))]), known, unreachable, {})

    assert outlook == Outlook([])


def test_no_cluster_is_opened_where_none_is_selected() -> None:
    outlook = run.check(ClusterSettings(), Plan([argo_cd(deployment())]), State(), unreachable, {})

    assert outlook == Outlook([])


def test_a_cluster_that_cannot_be_read_is_said_and_no_reason_to_stop() -> None:
    def reach(*_: object) -> Cluster:
        raise ClusterError("https://10.0.0.1: connection refused")

    (line,) = run.check(SELECTED, Plan([argo_cd(deployment())]), State(), reach, {}).lines

    assert line == (
        "the cluster cannot be read, so what it has is not checked: "
        "https://10.0.0.1: connection refused"
    )


def interrupted(standing: Standing, *units: str, maker: str = "pulumi-kubernetes-1a2b") -> Outlook:
    standing.has("/api/v1/namespaces/argocd/configmaps", argocd_cm=made_by(maker))
    known = owned(deployment(), **{unit: {"version": "v3.5.1"} for unit in units})
    return check(standing, argo_cd(deployment(), config_map("argocd-cm")), known)


def test_what_an_interrupted_run_left_is_finished(standing: Standing) -> None:
    outlook = interrupted(standing, "argoCd")

    assert outlook.takes_over
    assert outlook.lines == [
        "finishing what an interrupted run began: 1 object that the state missed"
    ]


@pytest.mark.parametrize(
    "unit, maker", [("openKruise", "pulumi-kubernetes-1a2b"), ("argoCd", "kubectl")]
)
def test_what_another_stack_or_somebody_else_made_is_not_ours_for_that(
    unit: str, maker: str, standing: Standing
) -> None:
    with pytest.raises(PreflightError, match="ConfigMap argocd/argocd-cm"):
        interrupted(standing, unit, maker=maker)


def test_what_may_not_be_listed_is_said_and_no_reason_to_stop(standing: Standing) -> None:
    standing.api.has("/api/v1/namespaces/argocd/configmaps", {"message": "no"}, 403)
    (line,) = check(standing, argo_cd(config_map("argocd-cm"))).lines

    assert line == "may not list ConfigMap, so whether they exist already is not checked"


@pytest.mark.parametrize(
    "before, after, refused",
    [
        ("v3.5.1", "v3.4.7", True),
        ("v3.10.0", "v3.9.9", True),
        ("v3.5.1", "v3.5.1", False),
        ("v3.4.7", "v3.5.1", False),
        ("a fork of mine", "v3.5.1", False),
    ],
)
def test_a_unit_does_not_become_older_than_the_state_says_it_is(
    before: str, after: str, refused: bool
) -> None:
    known = owned(deployment(), argoCd={"version": before})
    unit = argo_cd(deployment(), version=after)
    if not refused:
        assert run.check(ClusterSettings(), Plan([unit]), known, unreachable, {})
        return
    with pytest.raises(PreflightError) as error:
        run.check(ClusterSettings(), Plan([unit]), known, unreachable, {})

    assert str(error.value) == (
        f"argoCd.version: {after} is older than {before}, which is installed; upstream does "
        f"not support the way back; allowed: {before} or newer. Fix: pulumi config set --path "
        f"'argoCd.version' {before}, or, if it must be, pulumi config set --path "
        f"'argoCd.allowDowngradeOf' {before}"
    )


@pytest.mark.parametrize("allowed, refused", [("v3.5.1", False), ("v3.5.0", True)])
def test_a_downgrade_is_allowed_from_exactly_the_version_that_is_named(
    allowed: str, refused: bool
) -> None:
    known = owned(deployment(), argoCd={"version": "v3.5.1"})
    unit = argo_cd(deployment(), version="v3.4.7", allow_downgrade_of=allowed)
    if refused:
        with pytest.raises(PreflightError):
            run.check(ClusterSettings(), Plan([unit]), known, unreachable, {})
    else:
        assert run.check(ClusterSettings(), Plan([unit]), known, unreachable, {})


@pytest.mark.parametrize("nodes, refused", [(2, True), (3, False)])
def test_what_needs_several_nodes_is_refused_on_fewer(
    nodes: int, refused: bool, standing: Standing
) -> None:
    standing.api.has("/api/v1/nodes", {"items": [{}] * nodes})
    unit = argo_cd(deployment(), nodes=3)
    if refused:
        with pytest.raises(PreflightError, match=r"argoCd\.highAvailability: true needs 3 nodes"):
            check(standing, unit)
    else:
        assert check(standing, unit) == Outlook([])


BARE = {"spec": {"containers": [{"image": "nginx:1"}]}}
FILLED = {"spec": {"restartPolicy": "Always", "containers": [{"image": "nginx:1"}]}}


def clone_set(name: str, sent: Any, template: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"namespace": "shop", "name": name}
    if sent is not None:
        last = json.dumps({"spec": {"template": sent}})
        metadata["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": last}
    return {"metadata": metadata, "spec": {"template": template}}


@pytest.fixture
def workloads(standing: Standing) -> Standing:
    sets = [
        clone_set("filled-in", BARE, FILLED),
        clone_set("complete", FILLED, FILLED),
        clone_set("untold", None, FILLED),
    ]
    standing.api.has(CLONE_SETS, {"items": sets})
    return standing


GATE_OFF = owned(openKruise={"featureGates": "ImagePullJobGate=true"})
GATE_ON = owned(openKruise={"featureGates": "TemplateNoDefaults=true"})


def test_switching_the_gate_on_names_what_rolls_with_its_next_apply(workloads: Standing) -> None:
    title, *names = check(workloads, kruise(), GATE_OFF).lines

    assert title.startswith("OpenKruise: TemplateNoDefaults is switched on: these roll")
    assert names == [
        "    CloneSet shop/filled-in",
        "    CloneSet shop/untold (perhaps: it does not tell what was sent)",
    ]


def test_switching_the_gate_off_names_every_workload(workloads: Standing) -> None:
    _, *names = check(workloads, kruise(gates="A=true"), GATE_ON).lines

    assert len(names) == 3


def test_switching_the_gate_where_nothing_rolls_says_so(standing: Standing) -> None:
    assert check(standing, kruise(), GATE_OFF).lines == [
        "OpenKruise: TemplateNoDefaults is switched on; no workload rolls because of it"
    ]


def test_a_gate_that_stays_asks_the_cluster_nothing(workloads: Standing) -> None:
    assert check(workloads, kruise(), GATE_ON).lines == []
    assert workloads.api.asked == []


def test_the_gates_of_what_the_state_does_not_know_are_those_of_its_manager(
    workloads: Standing,
) -> None:
    manager = deployment()
    manager["spec"]["template"]["spec"]["containers"][0]["args"] = ["--feature-gates=A=true"]
    workloads.api.has(MANAGER, manager)

    assert "    CloneSet shop/filled-in" in check(workloads, kruise()).lines
