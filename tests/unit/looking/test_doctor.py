"""make doctor: what stands against `up`, and what to do about it first."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kube.cluster import Answer, Cluster, ClusterError
from stack import loader
from stack.plan import Plan
from stack.preflight import run as checks
from stack.preflight.state import State
from tests.support.fake_api import FakeApi
from tests.unit.stack.preflight.builders import Standing, argo_cd, config_map, kruise, made_by
from tools import doctor, toolchain
from tools.deploy.target import Target
from tools.doctor import Finding, asked, diagnosis, fail, ok, registries, text, warn
from tools.stack_files import with_seed

OPTIONS = argparse.Namespace(stack="dev", cluster="context")


class Authority:
    """Answers reviews of access; everything else as the API given."""

    def __init__(self, api: FakeApi, *allowed: tuple[str, str]) -> None:
        self.api, self.allowed = api, allowed

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: str | None
    ) -> Answer:
        if method != "POST":
            return self.api.send(method, path, headers, body)
        wanted = json.loads(body or "")["spec"]["resourceAttributes"]
        granted = (wanted["verb"], wanted["resource"]) in self.allowed
        return Answer(201, {"status": {"allowed": granted}})


@pytest.fixture
def standing(api: FakeApi) -> Standing:
    cluster = Standing(api)
    api.has("/version", {"gitVersion": "v1.33.1+k3s1"})
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    api.has("/api/v1/nodes", {"items": [{"metadata": {"name": "n"}, "status": ready}]})
    return cluster


def answers(api: FakeApi, *units: Any, allowed: Any = (("*", "*"),)) -> dict[str, Finding]:
    """Return the findings about a cluster by what they are about."""
    config = with_seed({"gitops-bootstrap:cluster": '{"context": "c"}'})
    loaded = loader.load(config, stack="dev", dry_run=True, environ={})
    cluster = Cluster(Authority(api, *allowed))
    return {f.about: f for f in asked(cluster, loaded, Plan(list(units)), State())}


def test_a_cluster_with_nothing_against_it_is_good(api: FakeApi, standing: Standing) -> None:
    del standing
    found = answers(api, argo_cd(config_map("argocd-cm")))

    assert {f.verdict for f in found.values()} == {"ok"}
    assert found["cluster"].text == "Kubernetes v1.33.1+k3s1"
    assert found["nodes"].text == "1, all ready"
    assert found["rights"].text == "everything is allowed"


def test_a_cluster_that_is_too_old_is_refused(api: FakeApi, standing: Standing) -> None:
    del standing
    api.has("/version", {"gitVersion": "v1.27.9"})

    assert answers(api)["cluster"] == fail(
        "cluster", "Kubernetes v1.27.9 is older than 1.28", "upgrade the cluster"
    )


def test_a_node_that_is_not_ready_is_named(api: FakeApi, standing: Standing) -> None:
    del standing
    api.has("/api/v1/nodes", {"items": [{"metadata": {"name": "n1"}, "status": {}}]})

    assert answers(api)["nodes"] == warn("nodes", "0 of 1 are ready; not: n1")


def test_each_right_that_is_lacking_is_named(api: FakeApi, standing: Standing) -> None:
    del standing
    unit = argo_cd(config_map("argocd-cm"))
    found = answers(api, unit, allowed=[("create", "configmaps"), ("patch", "configmaps")])

    assert found["rights"].verdict == "fail"
    assert found["rights"].text == "not allowed: delete configmaps in argocd"


def test_the_rights_that_charts_need_are_asked_for(api: FakeApi, standing: Standing) -> None:
    del standing

    refused = answers(api, kruise(), allowed=())["rights"].text
    assert "create clusterroles.rbac.authorization.k8s.io" in refused
    assert "delete customresourcedefinitions.apiextensions.k8s.io" in refused


def test_what_is_there_already_is_listed_with_its_owner(api: FakeApi, standing: Standing) -> None:
    standing.has("/api/v1/namespaces/argocd/configmaps", argocd_cm=made_by("kubectl-apply"))

    found = answers(api, argo_cd(config_map("argocd-cm")))["existing"]
    assert found.verdict == "fail"
    assert "argoCd, made by kubectl:" in found.text
    assert "ConfigMap argocd/argocd-cm" in found.text


def test_too_few_nodes_for_high_availability_are_seen(api: FakeApi, standing: Standing) -> None:
    del standing
    found = answers(api, argo_cd(config_map("argocd-cm"), nodes=3))["existing"]

    assert "argoCd.highAvailability: true needs 3 nodes" in found.text


def test_a_review_that_is_refused_is_an_error(api: FakeApi, cluster: Cluster) -> None:
    del api
    with pytest.raises(ClusterError, match="selfsubjectaccessreviews"):
        cluster.may("*", "*", group="*")


def test_a_registry_that_does_not_answer_is_no_reason_to_stop() -> None:
    reach = {"quay.io": None, "ghcr.io": "ConnectTimeout"}.get

    found = {f.verdict: f.text for f in registries(["quay.io", "ghcr.io"], reach)}
    assert found["ok"] == "quay.io answers"
    assert found["warn"].startswith("ghcr.io cannot be reached from here")


def test_the_next_step_is_the_fix_of_what_is_worst() -> None:
    findings = [warn("a", "x", "fix of a warning"), fail("b", "y\nmore", "fix of a failure")]
    found = diagnosis(OPTIONS, findings)

    assert not found.good
    assert found.next == "fix of a failure"
    assert text(found).splitlines() == [
        "warn  a           x",
        "                  fix: fix of a warning",
        "fail  b           y",
        "                  more",
        "                  fix: fix of a failure",
        "next: fix of a failure",
    ]


def test_with_nothing_against_it_the_next_step_is_a_preview() -> None:
    found = diagnosis(OPTIONS, [ok("a", "x"), warn("b", "y", "z")])

    assert found.good
    assert found.next == (
        "make preview STACK=dev CLUSTER=context, then make up STACK=dev CLUSTER=context"
    )


def test_tools_that_are_not_there_are_fetched_by_up(monkeypatch: pytest.MonkeyPatch) -> None:
    there = toolchain.Found("1.2.3", Path("/opt/pulumi"), "path")
    found: dict[str, Any] = {"pulumi": there, "plugin": None}
    monkeypatch.setattr(toolchain, "present", lambda *_: found)

    target = Target("context", Path("nowhere"))
    assert list(doctor.tools(target)) == [
        ok("tools", "pulumi 1.2.3, path: /opt/pulumi"),
        warn("tools", "plugin is not there yet; `up` fetches or builds it", "make tools"),
    ]


def test_another_target_needs_a_backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CREDENTIALS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))

    (found,) = doctor.backend(Target("context", tmp_path))
    assert (found.verdict, found.about) == ("fail", "state")


def test_the_plan_is_what_the_program_hands_to_the_checks(tmp_path: Path) -> None:
    program = """
from stack.preflight import run as preflight
from stack.plan import Plan, PlannedUnit
assert preflight.run(None, lambda: Plan([PlannedUnit("argoCd", "v3", [])])).lines == ()
"""
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    real = checks.run

    foreseen = doctor.planned(tmp_path, {}, "dev")

    assert [unit.unit for unit in foreseen.plan.units] == ["argoCd"]
    assert checks.run is real


def test_a_cache_that_cannot_be_used_is_a_finding_with_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", "no/absolute/path")
    (found,) = doctor.tools(Target("none", tmp_path))

    assert (found.about, found.verdict) == ("tools", "fail")
    assert found.fix.startswith("set GITOPS_BOOTSTRAP_CACHE to")
