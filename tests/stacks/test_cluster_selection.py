"""Which cluster the program acts on: the selected one, none in a preview, never a guess."""

import json
import runpy
from collections.abc import Mapping

import pulumi
import pytest

from tests.support.stack_config import ROOT, raw_config
from tools.render import recorder
from tools.render.recorder import Recorder, record

pytestmark = pytest.mark.usefixtures("in_checkout")

UNITS = ("openKruise", "argoCd", "kubeVela", "tekton")
NOTHING_TO_INSTALL = {f"gitops-bootstrap:{unit}": '{"enabled": false}' for unit in UNITS}


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Return the monitor of the next run, also of one that fails."""
    monitor = Recorder()
    monkeypatch.setattr(recorder, "Recorder", lambda: monitor)
    return monitor


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that the program logs for information."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lines.append)
    return lines


def run(stack: str, changes: Mapping[str, str], *, preview: bool) -> Recorder:
    """Run the program with a stack's configuration and some keys changed."""

    def program() -> None:
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")

    config = {**raw_config(stack), **changes}
    return record(program, config, stack=stack, preview=preview)


def kubeconfig(monitor: Recorder) -> object:
    """Return the provider's kubeconfig, unveiled."""
    (provider,) = [r for r in monitor.registrations if r.kind == "kubernetes"]
    return provider.inputs["kubeconfig"]["value"]


def test_a_preview_without_a_cluster_uses_an_empty_one_and_says_so(said: list[str]) -> None:
    monitor = run("dev", NOTHING_TO_INSTALL, preview=True)
    config = json.loads(str(kubeconfig(monitor)))

    assert config["clusters"] == config["contexts"] == []
    assert "context" not in monitor.registrations[0].inputs
    assert said == ["no cluster is selected: previewing against an empty one"]


def test_a_selected_context_is_used_without_a_word(said: list[str]) -> None:
    monitor = run("prod", NOTHING_TO_INSTALL, preview=True)

    assert monitor.registrations[0].inputs["context"] == "prod"
    assert "kubeconfig" not in monitor.registrations[0].inputs
    assert said == []


def test_the_kubeconfig_of_the_environment_is_used(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/somewhere/kubeconfig")
    monitor = run("dev", NOTHING_TO_INSTALL, preview=False)

    assert kubeconfig(monitor) == "/somewhere/kubeconfig"
    assert said == []


def test_units_that_are_off_register_nothing() -> None:
    monitor = run("dev", NOTHING_TO_INSTALL, preview=True)

    assert [r.name for r in monitor.registrations] == ["cluster"]


def test_an_update_without_a_cluster_is_refused_before_anything_is_registered(
    monitor: Recorder,
) -> None:
    with pytest.raises(pulumi.RunError, match=r"cluster\.context: not set"):
        run("dev", {}, preview=False)
    assert monitor.registrations == []


@pytest.mark.parametrize(
    "key, value, complaint",
    [
        ("openKruise", '{"featureGate": {}}', "openKruise.featureGate: unknown key"),
        ("argoCd", '{"version": "latest"}', 'argoCd.version: "latest" is not allowed'),
        ("argoCd", '{"version": "v3.4.99"}', "argoCd.sha256"),
        ("tekto", "{}", "tekto: unknown key"),
    ],
)
def test_a_wrong_configuration_is_refused_before_anything_is_registered(
    monitor: Recorder, key: str, value: str, complaint: str
) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        run("prod", {f"gitops-bootstrap:{key}": value}, preview=True)
    assert complaint in str(caught.value)
    assert monitor.registrations == []
