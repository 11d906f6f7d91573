"""The rules of policy/ over every shipped stack, and a stack that breaks each of them."""

import copy
from dataclasses import replace

import pytest

from policy import rules
from tests.stacks.conftest import StackRun
from tests.support.stack_config import ROOT
from tools import toolchain
from tools.policy import resources, violations


@pytest.mark.tools("helm")  # to see the objects of Helm releases, too
def test_a_shipped_stack_breaks_no_rule(run: StackRun) -> None:
    found = violations(run.recording.all, None, toolchain.ensure("helm")["helm"])

    assert [str(violation) for violation in found] == []


def test_a_stack_that_is_tampered_with_breaks_a_rule(run: StackRun) -> None:
    server = run.recording["argo-cd-deployment-argocd-server"]
    inputs = copy.deepcopy(server.inputs)
    inputs["spec"]["template"]["spec"]["containers"][0]["image"] = "evil.org/x:latest"

    found = violations([replace(server, inputs=inputs)], None, None)

    assert {violation.rule for violation in found} == {"allowed-registries", "no-floating-tag"}


def test_what_is_let_pass_is_there(run: StackRun) -> None:
    """A role that upstream no longer has must not stay on the list."""
    names = {
        str((r.manifest.get("metadata") or {}).get("name"))
        for r in resources(run.recording.all, None, ROOT)
        if r.kind == "ClusterRole"
    }

    assert set(rules.allowed().cluster_admin["ArgoCd"]) <= names
