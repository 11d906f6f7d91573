"""Feature gates that the manager would refuse, or that break the installation, are refused here."""

from typing import Any

import pytest

from components.open_kruise import feature_gates
from tests.unit.stack.helpers import load, problems

DIGEST = "a" * 64


def refused(gates: dict[str, bool], **kruise: Any) -> dict[str, str]:
    found = problems({"openKruise": {"featureGates": gates, **kruise}})
    return {key.removeprefix("openKruise.featureGates."): text for key, text in found.items()}


def gates_of(gates: dict[str, bool], **kruise: Any) -> dict[str, bool]:
    return load(
        {"openKruise": {"featureGates": gates, **kruise}}
    ).open_kruise.effective_feature_gates


def test_the_table_has_the_gates_of_the_source() -> None:
    assert len(feature_gates.of_version("1.8.3") - feature_gates.GROUPS) == 32
    assert len(feature_gates.of_version("1.9.1") - feature_gates.GROUPS) == 34


@pytest.mark.parametrize(
    "names",
    [
        feature_gates.NEED_DAEMON,
        feature_gates.NEED_POD_WEBHOOK,
        feature_gates.NEED_IMAGE_PULL_JOB,
        feature_gates.PLATFORM_DEFAULTS,
        feature_gates.MISNOMERS.values(),
        {name for name, _ in feature_gates.REFUSED},
    ],
)
def test_every_name_in_a_rule_is_a_gate(names: set[str]) -> None:
    assert names
    assert set(names) <= feature_gates.KNOWN


def test_without_settings_the_platforms_own_gates_are_on() -> None:
    assert gates_of({}) == {"ImagePullJobGate": True, "TemplateNoDefaults": True}


def test_gates_are_merged_over_the_platforms_own_and_sorted() -> None:
    gates = gates_of({"TemplateNoDefaults": False, "CloneSetShortHash": True})

    assert list(gates.items()) == [
        ("CloneSetShortHash", True),
        ("ImagePullJobGate", True),
        ("TemplateNoDefaults", False),
    ]


def test_without_the_daemon_its_gate_is_off_and_image_pulls_are_not_asked_for() -> None:
    assert gates_of({}, daemon={"enabled": False}) == {
        "KruiseDaemon": False,
        "TemplateNoDefaults": True,
    }


@pytest.mark.parametrize(
    "name,meant",
    [
        ("EnhancedLivenessProbeGate", "EnhancedLivenessProbe"),
        ("ForceDeleteTimeoutExpectationFeatureGate", "ForceDeleteTimeoutExpectationGate"),
        ("templateNoDefaults", "TemplateNoDefaults"),
        ("PodWebhok", "PodWebhook"),
    ],
)
def test_an_unknown_gate_is_refused_with_the_name_it_resembles(name: str, meant: str) -> None:
    text = refused({name: True})[name]

    assert text.startswith(f"unknown feature gate; did you mean {meant}? Fix: ")


@pytest.mark.parametrize("gate", sorted(feature_gates.SINCE_1_9))
def test_a_gate_of_1_9_is_refused_on_older_charts_only(gate: str) -> None:
    assert gates_of({gate: True}, version="1.9.1", sha256=DIGEST)[gate]
    assert refused({gate: True}, version="1.8.3")[gate].startswith("unknown feature gate; ")


@pytest.mark.parametrize(
    "gate,value,reason",
    [
        ("AllAlpha", True, "the chart drops the certificate Secret with it"),
        ("AllBeta", False, "it turns KruiseDaemon and PodWebhook off"),
        ("EnableExternalCerts", True, "this program supplies no certificates"),
        ("KruiseDaemon", True, "the daemon has one switch, openKruise.daemon.enabled"),
        ("KruiseDaemon", False, "the daemon has one switch, openKruise.daemon.enabled"),
    ],
)
def test_a_gate_that_breaks_the_installation_is_refused_with_the_reason(
    gate: str, value: bool, reason: str
) -> None:
    found = refused({gate: value})

    assert list(found) == [gate]
    assert f"{str(value).lower()} is not allowed: {reason}" in found[gate]
    assert "; allowed: " in found[gate]
    assert ". Fix: " in found[gate]


def test_the_harmless_value_of_such_a_gate_is_accepted() -> None:
    gates_of({"AllAlpha": False, "AllBeta": True, "EnableExternalCerts": False})


@pytest.mark.parametrize("gate", sorted(feature_gates.NEED_DAEMON))
def test_a_gate_that_needs_the_daemon_is_refused_without_it(gate: str) -> None:
    found = refused({gate: True}, daemon={"enabled": False})

    assert list(found) == [gate]
    assert "needs the node daemon, and openKruise.daemon.enabled is false" in found[gate]
    assert "pulumi config set --path 'openKruise.daemon.enabled' true" in found[gate]
    gates_of({gate: False}, daemon={"enabled": False})
    gates_of({gate: True})


@pytest.mark.parametrize("gate", sorted(feature_gates.NEED_POD_WEBHOOK))
def test_a_gate_that_needs_the_pod_webhook_is_refused_without_it(gate: str) -> None:
    found = refused({gate: True, "PodWebhook": False})

    assert list(found) == [gate]
    assert "needs the gate PodWebhook, which is set to false" in found[gate]
    gates_of({gate: True, "PodWebhook": True})


@pytest.mark.parametrize("gate", sorted(feature_gates.NEED_IMAGE_PULL_JOB))
def test_a_gate_that_would_switch_image_pulls_on_is_refused(gate: str) -> None:
    found = refused({gate: True, "ImagePullJobGate": False})

    assert list(found) == [gate]
    assert "switches ImagePullJobGate on, which is set to false" in found[gate]
    gates_of({gate: True})


def test_all_problems_of_the_gates_come_at_once() -> None:
    found = refused(
        {"Nonsense": True, "AllAlpha": True, "WorkloadSpread": True, "PodWebhook": False}
    )

    assert sorted(found) == ["AllAlpha", "Nonsense", "WorkloadSpread"]
