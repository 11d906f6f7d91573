"""An Argo CD of somebody else's takes no settings of an installation."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, problems

EXISTING = {"mode": "existing"}
INSTALLATION: dict[str, Any] = {
    "sha256": "a" * 64,
    "highAvailability": False,
    "config": {},
    "params": {"reposerver.parallelism.limit": "5"},
    "rbac": {"policy.matchMode": "glob"},
    "timeoutSeconds": 600,
}


def test_an_argo_cd_is_managed_unless_the_stack_says_otherwise() -> None:
    assert load({}).argo_cd.managed
    assert not load({}).argo_cd.existing
    existing = load({"argoCd": EXISTING}).argo_cd
    assert existing.existing
    assert not existing.managed


@pytest.mark.parametrize("mode", ["managed", "existing"])
def test_an_argo_cd_that_is_off_is_neither(mode: str) -> None:
    argo = load({"argoCd": {"mode": mode, "enabled": False}}).argo_cd

    assert not argo.managed
    assert not argo.existing


def test_every_setting_of_an_installation_is_refused_at_once() -> None:
    found = problems({"argoCd": EXISTING | INSTALLATION})

    assert sorted(found) == sorted(f"argoCd.{key}" for key in INSTALLATION)
    assert found["argoCd.sha256"] == (
        "has no effect on an Argo CD that somebody else installed (argoCd.mode is existing); "
        "allowed: not set. Fix: pulumi config rm --path 'argoCd.sha256', or pulumi config set "
        "--path 'argoCd.mode' managed for an Argo CD that this program installs"
    )


def test_namespace_and_any_version_of_it_can_be_stated() -> None:
    argo = load({"argoCd": {**EXISTING, "namespace": "gitops", "version": "v2.7.18"}}).argo_cd

    assert (argo.namespace, argo.version) == ("gitops", "v2.7.18")


def test_a_mode_that_there_is_not_is_refused() -> None:
    text = problems({"argoCd": {"mode": "exists"}})["argoCd.mode"]

    assert 'allowed: "managed" or "existing"' in text


def test_an_entry_that_argo_cd_does_not_understand_is_refused() -> None:
    name = "resource.customizations.healt.apps_Deployment"
    found = problems({"argoCd": {"config": {name: "return {}", "resource.exclusions": "a: b"}}})

    assert list(found) == [f'argoCd.config["{name}"]', 'argoCd.config["resource.exclusions"]']
    text = found[f'argoCd.config["{name}"]']
    assert text.startswith("Argo CD does not understand it: healt is no type of customization;")
    assert "Fix: correct it, or pulumi config rm --path" in text
