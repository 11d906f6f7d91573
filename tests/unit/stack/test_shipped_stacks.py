"""Every stack file in the tree is valid, and the project file names the sections of the models."""

from collections.abc import Iterator

import pulumi
import pytest

from errors import ConfigError
from stack import loader
from stack.loader import PROJECT
from stack.settings import Settings
from tests.support.stack_config import ROOT, project, raw_config, shipped_stacks
from tools import stack_files

ON_A_SANDBOX = {"dev", "live"}
"""Stacks whose cluster the command selects."""


@pytest.mark.parametrize("stack", shipped_stacks())
def test_a_shipped_stack_loads(stack: str) -> None:
    environ = {"KUBECONFIG": "/kubeconfig"}
    loaded = loader.load(raw_config(stack), stack=stack, dry_run=False, environ=environ)

    assert loaded.cluster.identifier == f"{PROJECT}-{stack}"
    assert loaded.open_kruise.enabled
    assert loaded.argo_cd.managed
    assert loaded.has_health_checks


def test_the_development_stack_leaves_the_cluster_to_the_environment() -> None:
    loaded = loader.load(raw_config("dev"), stack="dev", dry_run=True, environ={})

    assert not loaded.cluster.selected


@pytest.mark.parametrize("stack", sorted(set(shipped_stacks()) - ON_A_SANDBOX))
def test_other_stacks_name_their_cluster(stack: str) -> None:
    assert loader.load(raw_config(stack), stack=stack, dry_run=False, environ={}).cluster.context


def test_production_is_highly_available_keeps_what_it_has_and_has_no_admin() -> None:
    loaded = loader.load(raw_config("prod"), stack="prod", dry_run=True, environ={})

    assert loaded.argo_cd.high_availability
    assert loaded.crds.retain
    assert loaded.cluster.protect
    assert not loaded.credentials.admin.enabled


@pytest.mark.parametrize("stack", sorted(set(shipped_stacks()) - ON_A_SANDBOX))
def test_where_others_work_the_project_that_allows_all_is_shut(stack: str) -> None:
    argo_cd = loader.load(raw_config(stack), stack=stack, dry_run=True, environ={}).argo_cd

    assert argo_cd.default_project == "locked"
    assert argo_cd.access.ci
    sources = argo_cd.projects[argo_cd.access.ci.project].source_repositories
    assert "*" not in sources


@pytest.mark.parametrize("stack", shipped_stacks())
def test_no_shipped_stack_has_a_seed_that_everybody_knows(stack: str) -> None:
    with pytest.raises(ConfigError, match=r"secrets\.credentialsSeed: not set"):
        loader.load(stack_files.raw_config(ROOT, stack), stack=stack, dry_run=True, environ={})


def test_the_project_file_has_a_typed_entry_per_section() -> None:
    fields = Settings.model_fields.values()
    expected: dict[str | None, object] = {
        field.alias: {"type": "object", "description": field.description, "default": {}}
        for field in fields
    }
    document = project()
    entries = {key: entry for key, entry in document["config"].items() if ":" not in key}

    assert document["name"] == PROJECT
    assert entries == expected


def test_the_default_provider_is_disabled() -> None:
    assert project()["config"]["pulumi:disable-default-providers"] == {"value": ["kubernetes"]}


@pytest.fixture
def pulumi_runtime() -> Iterator[None]:
    yield
    pulumi.runtime.set_all_config({}, [])


@pytest.mark.usefixtures("pulumi_runtime")
def test_the_running_stacks_configuration_is_what_pulumi_passes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/kubeconfig")
    monkeypatch.setenv("PULUMI_CONFIG", '{"gitops-bootstrap:argoCd": "{\\"namespace\\":\\"a\\"}"}')
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    seed = '{"credentialsSeed": "AY3Z7MSjK2lYqZdcffcbRKjmixACLJY/SK8cpgKGb8A="}'
    config = {"gitops-bootstrap:crds": '{"retain":true}', "gitops-bootstrap:secrets": seed}
    pulumi.runtime.set_all_config(config, ["gitops-bootstrap:secrets"])
    loaded = loader.load_from_pulumi()

    assert loaded.crds.retain
    assert loaded.argo_cd.namespace == "a"
    assert loaded.cluster.kubeconfig == "/kubeconfig"
    assert loaded.cluster.identifier == "gitops-bootstrap-prod"


@pytest.mark.usefixtures("pulumi_runtime")
def test_the_running_stacks_secrets_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    pulumi.runtime.set_all_config(
        {"gitops-bootstrap:crds": '{"retain":"hunter2"}'}, ["gitops-bootstrap:crds"]
    )

    with pytest.raises(ConfigError, match=r"retain: \[secret\] is not allowed"):
        loader.load_from_pulumi()
