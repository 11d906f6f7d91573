"""Which cluster is meant has to be said; only a preview runs without one."""

import pytest

from tests.unit.stack.helpers import KUBECONFIG, load, problems


@pytest.mark.parametrize(
    "environ", [{}, {"KUBECONFIG": ""}, {"KUBECONFIG": "  "}], ids=["unset", "empty", "blank"]
)
def test_a_stack_that_names_no_cluster_is_refused(environ: dict[str, str]) -> None:
    text = problems({}, environ=environ)["cluster.context"]

    assert "this program never acts on whatever context is current" in text
    assert text.endswith(
        "Fix: pulumi config set --path 'cluster.context' NAME, or export KUBECONFIG=FILE"
    )


def test_a_preview_runs_without_a_cluster() -> None:
    cluster = load({}, environ={}, dry_run=True).cluster

    assert not cluster.selected
    assert cluster.kubeconfig is None


@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "up"])
def test_a_context_alone_selects_from_the_default_kubeconfig(dry_run: bool) -> None:
    cluster = load({"cluster": {"context": "staging"}}, environ={}, dry_run=dry_run).cluster

    assert cluster.selected
    assert (cluster.context, cluster.kubeconfig) == ("staging", None)


def test_the_environments_kubeconfig_selects() -> None:
    cluster = load({}).cluster

    assert cluster.selected
    assert cluster.kubeconfig == KUBECONFIG["KUBECONFIG"]


def test_the_setting_goes_before_the_environment() -> None:
    assert load({"cluster": {"kubeconfig": "/a/b"}}).cluster.kubeconfig == "/a/b"


def test_the_home_folder_is_resolved() -> None:
    assert load({"cluster": {"kubeconfig": "~/x"}}).cluster.kubeconfig == "/home/ann/x"


def test_several_kubeconfigs_in_the_environment_are_refused() -> None:
    found = problems({}, environ={"KUBECONFIG": "/a:/b"})

    assert found["cluster.kubeconfig"].startswith("not set, and KUBECONFIG names 2 files; ")
    assert load({"cluster": {"kubeconfig": "/a"}}, environ={"KUBECONFIG": "/a:/b"})


def test_an_invalid_context_is_the_only_problem_of_the_selection() -> None:
    assert list(problems({"cluster": {"context": 5}}, environ={})) == ["cluster.context"]


@pytest.mark.parametrize(
    "key,ours",
    [
        ("context", "cluster.context"),
        ("kubeconfig", "cluster.kubeconfig"),
        ("namespace", "cluster.context"),
    ],
)
def test_configuration_of_the_default_provider_is_refused(key: str, ours: str) -> None:
    text = problems({f"kubernetes:{key}": "x"})[f"kubernetes:{key}"]

    assert text == (
        "has no effect, as this program does not use the default provider; "
        f"allowed: gitops-bootstrap:{ours}. Fix: pulumi config rm kubernetes:{key}, "
        f"then pulumi config set --path '{ours}' VALUE"
    )


def test_the_identifier_is_the_stacks_unless_it_is_set() -> None:
    assert load({}).cluster.identifier == "gitops-bootstrap-staging"
    assert load({"cluster": {"identifier": "old"}}).cluster.identifier == "old"
