"""What belongs together in the settings of KubeVela."""

import pytest

from tests.unit.stack.helpers import load, nested, problems
from upstream.versions import CATALOGUE

OFF = {"webhooks": {"enabled": False}}


@pytest.mark.parametrize(
    "key, reason",
    [
        ("multicluster", "the chart mounts the gateway's certificate only with webhooks"),
        ("authentication", "a webhook notes who wrote an Application"),
        ("definitionValidation", "a webhook is what refuses"),
    ],
)
def test_what_needs_the_webhooks_is_refused_without_them_with_the_reason(
    key: str, reason: str
) -> None:
    found = problems({"kubeVela": {key: True, **OFF}})
    text = found[f"kubeVela.{key}"]

    assert list(found) == [f"kubeVela.{key}"]
    assert text.startswith("true is not allowed while kubeVela.webhooks.enabled is false: ")
    assert reason in text
    assert f"allowed: false. Fix: pulumi config set --path 'kubeVela.{key}' false, or " in text


def test_the_pairs_that_work_are_accepted() -> None:
    assert load({"kubeVela": {"multicluster": True}}).kube_vela.webhooks.enabled
    assert not load({"kubeVela": OFF}).kube_vela.multicluster


@pytest.mark.parametrize("version", ["1.10.3", "1.9.14", "0.3.0"])
def test_a_version_that_cannot_be_upgraded_is_refused(version: str) -> None:
    text = problems({"kubeVela": {"version": version, "sha256": "a" * 64}})["kubeVela.version"]

    assert text.startswith(f"{version} is not supported: upgrades from it are refused by its own")
    default = CATALOGUE["kubeVela"].version
    assert f"Fix: pulumi config set --path 'kubeVela.version' {default}" in text


@pytest.mark.parametrize("version", ["1.10.4", "1.11.0", "2.0.0"])
def test_a_newer_version_is_accepted(version: str) -> None:
    load({"kubeVela": {"version": version, "sha256": "a" * 64}})


@pytest.mark.parametrize(
    "key, value, allowed",
    [
        ("webhooks.certificates", "letsencrypt", '"hook" or "certManager"'),
        ("webhooks.failurePolicy", "fail", '"Fail" or "Ignore"'),
        ("controller.replicas", 0, "integer from 1 to 9"),
        ("controller.resources.limits.cpu", "1 core", "text like 500m"),
        ("definitions", "", "text like platform/definitions"),
        ("multicluster", "yes", "true or false"),
        ("version", "v1.10.9", "text like"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(key: str, value: object, allowed: str) -> None:
    text = problems(nested(f"kubeVela.{key}", value))[f"kubeVela.{key}"]

    assert f"is not allowed; allowed: {allowed}" in text
