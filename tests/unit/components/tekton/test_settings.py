"""Settings of Tekton: its own names, checked before a webhook of its refuses them."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, problems

OLD = {"version": "v1.12.2"}


def test_entries_are_text_under_upstreams_names_and_what_is_not_set_is_left_as_shipped() -> None:
    tekton = load({"tekton": {"featureFlags": {"enable-api-fields": "alpha"}}}).tekton

    assert tekton.feature_flags.entries == {
        "enable-api-fields": "alpha",
        "set-security-context": "true",
    }
    defaults = {"default-timeout-minutes": 30, "default-service-account": "runs"}
    assert load({"tekton": {"defaults": defaults}}).tekton.defaults.entries == {
        "default-service-account": "runs",
        "default-timeout-minutes": "30",
    }


def test_each_resolver_is_a_flag() -> None:
    resolvers = load({"tekton": {"resolvers": {"git": False}}}).tekton.resolvers

    assert resolvers.flags == {
        "enable-bundles-resolver": "true",
        "enable-cluster-resolver": "true",
        "enable-git-resolver": "false",
        "enable-http-resolver": "false",
        "enable-hub-resolver": "false",
    }


def test_the_pruner_keeps_a_history_and_perhaps_an_age() -> None:
    assert load({}).tekton.pruner.policy == {
        "failedHistoryLimit": 20,
        "successfulHistoryLimit": 20,
    }
    policy = load(
        {"tekton": {"pruner": {"ttlSeconds": 60, "failedHistory": 0}}}
    ).tekton.pruner.policy
    assert policy["ttlSecondsAfterFinished"] == 60
    assert policy["failedHistoryLimit"] == 0


@pytest.mark.parametrize(
    "section, key, words",
    [
        ({"version": "v1.11.0", "sha256": "0" * 64}, "version", "v1.12.0 or newer"),
        ({"version": "v1.15.9"}, "version", "no known sha256"),
        (
            {"featureFlags": {"enable-api-field": "beta"}},
            "featureFlags.enable-api-field",
            "did you",
        ),
        ({"featureFlags": {"coschedule": "node"}}, "featureFlags.coschedule", '"workspaces" or'),
        ({"featureFlags": {"max-result-size": 2**21}}, "featureFlags.max-result-size", "1572863"),
        ({"defaults": {"default-timeout": 1}}, "defaults.default-timeout", "unknown key"),
        (
            {**OLD, "featureFlags": {"enable-informer-cache-transforms": True}},
            "featureFlags.enable-informer-cache-transforms",
            "from v1.13.0 on",
        ),
        (
            {**OLD, "defaults": {"default-create-container-error-timeout": "5m"}},
            "defaults.default-create-container-error-timeout",
            "from v1.13.0 on",
        ),
        (
            {
                "featureFlags": {
                    "set-security-context": False,
                    "set-security-context-read-only-root-filesystem": True,
                }
            },
            "featureFlags.set-security-context-read-only-root-filesystem",
            "has no effect",
        ),
        ({"webhook": {"replicas": 0}}, "webhook.replicas", "from 1 to 9"),
        ({"pruner": {"ttlSeconds": 10**7}}, "pruner.ttlSeconds", "2592000"),
        ({"dashboard": {"url": "http://x/y"}}, "dashboard.url", "https://"),
    ],
)
def test_what_is_wrong_is_named(section: dict[str, Any], key: str, words: str) -> None:
    found = problems({"tekton": section})

    assert list(found) == [f"tekton.{key}"]
    assert words in found[f"tekton.{key}"]


def test_a_dashboard_that_is_on_needs_address_and_digest() -> None:
    found = problems({"tekton": {"dashboard": {"enabled": True}}})

    assert set(found) == {"tekton.dashboard.url", "tekton.dashboard.sha256"}
