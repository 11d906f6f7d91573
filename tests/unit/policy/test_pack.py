"""The pack hands the rules what the engine gives it; the package that it needs is stood in for."""

import runpy
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pulumi
import pytest

from policy import rules

FOLDER = Path(__file__).resolve().parents[3] / "policy"
URN = "urn:pulumi:dev::gitops-bootstrap::bootstrap:index:ArgoCd$kubernetes:core/v1:Pod::it"


@dataclass
class Given:
    """What the pack was made of."""

    policies: list[Any] = field(default_factory=list)
    level: str = ""


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Given:
    given = Given()

    def made(name: str, enforcement_level: str, policies: Sequence[Any]) -> None:
        assert name == "gitops-bootstrap"
        given.level, given.policies = enforcement_level, list(policies)

    module = ModuleType("pulumi_policy")
    parts: Mapping[str, Any] = {
        "EnforcementLevel": SimpleNamespace(MANDATORY="mandatory"),
        "PolicyPack": made,
        "ReportViolation": Callable,
        "ResourceValidationArgs": object,
        "ResourceValidationPolicy": SimpleNamespace,
    }
    vars(module).update(parts)
    monkeypatch.setitem(sys.modules, "pulumi_policy", module)
    monkeypatch.setitem(sys.modules, "rules", rules)  # beside it on the path when it runs
    runpy.run_path(str(FOLDER / "__main__.py"))
    return given


def violations(pack: Given, image: str) -> set[str]:
    """Return the policies that report a pod with that image."""
    reported = set()
    container = {"name": "c", "image": image, "resources": {"requests": {"cpu": "1m"}}}
    properties = {"kind": "Pod", "spec": {"containers": [container]}}
    for policy in pack.policies:
        policy.validate(
            SimpleNamespace(urn=URN, props=properties),
            lambda _text, name=policy.name: reported.add(name),
        )
    return reported


def test_every_rule_is_a_mandatory_policy(pack: Given) -> None:
    assert [policy.name for policy in pack.policies] == [rule.name for rule in rules.RULES]
    assert pack.level == "mandatory"


def test_a_violation_is_reported_under_the_name_of_its_rule(pack: Given) -> None:
    assert violations(pack, "evil.org/a:latest") == {"allowed-registries", "no-floating-tag"}
    assert violations(pack, "quay.io/argoproj/argocd:v3.5.1") == set()


def test_the_registry_of_the_stack_is_allowed(pack: Given) -> None:
    assert violations(pack, "mirror.example.com/a:v1") == {"allowed-registries"}
    pulumi.runtime.set_config("gitops-bootstrap:images", '{"registry": "mirror.example.com"}')
    try:
        assert violations(pack, "mirror.example.com/a:v1") == set()
    finally:
        pulumi.runtime.set_all_config({}, [])
