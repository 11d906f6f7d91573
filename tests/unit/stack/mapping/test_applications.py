"""From the stack file to the arguments of the applications."""

from typing import Any

from components.sample.settings import NAMES as SAMPLES
from stack.mapping.applications import applications_args
from tests.support.stack_config import ROOT
from tests.unit.components.applications.test_settings import WEB, stack
from tests.unit.stack.helpers import load


def test_the_entry_is_split_into_source_and_rest() -> None:
    settings = load(stack({"helm": {"values": {"a": 1}}, "setByPipeline": True}))
    args = applications_args(settings, [])
    web = args["applications"]["web"]

    assert args["namespace"] == "argocd"
    assert args["set_by_pipeline"] == ["web"]
    assert web["source"]["repository"] == WEB["repository"]
    assert web["source"]["helm"]["values"] == {"a": 1}
    assert "chart" not in web["source"]
    assert web["cascade"] == "foreground"


def test_the_root_holds_applications_and_heals_itself() -> None:
    root = {key: WEB[key] for key in ("project", "repository", "revision", "path")}
    settings = load({**stack(), "applications": {"root": root}})
    found = applications_args(settings, [])["applications"]["root"]

    assert found["namespace"] == "argocd"
    assert found["source"]["directory"] == {"recurse": True}
    assert found["sync"] == {"automated": True, "prune": True, "self_heal": True}


def test_a_set_has_a_template() -> None:
    many = {"web": {**WEB, "clusters": {"stage": "prod"}, "keepApplications": True}}
    settings = load({**stack(), "applications": {"sets": many}})
    found = applications_args(settings, [])["application_sets"]["web"]

    assert found["clusters"] == {"stage": "prod"}
    assert found["keep_applications"] is True
    assert found["template"]["namespace"] == "apps-web"
    assert "clusters" not in found["template"]


def test_the_samples_are_the_folders_of_this_project() -> None:
    samples = {"repository": "https://git.example.com/you/clone.git", "revision": "v1"}
    found = applications_args(load({"applications": {"samples": samples}}), [])["applications"]

    assert set(found) == set(SAMPLES)
    for name, entry in found.items():
        assert (ROOT / entry["source"]["path"]).is_dir()
        assert entry["namespace"] == f"apps-{name}"
        assert entry["create_namespace"]
    assert found["helloworld"]["source"]["revision"] == "v1"
    assert found["testapp"]["source"]["plugin"] == {"name": "vela"}


def test_without_the_plugin_there_is_no_appfile() -> None:
    sections = {"applications": {"samples": {"repository": "https://git.example.com/clone"}}}
    found = applications_args(load({**sections, "velaPlugin": {"enabled": False}}), [])

    assert set(found["applications"]) == {"helloworld"}


def test_the_controller_of_somebody_else_is_not_looked_for() -> None:
    hook: Any = object()
    managed = applications_args(load(stack()), [], hook)
    existing = {"mode": "existing", "version": "v3.5.1"}
    foreign = applications_args(load({**stack(), "argoCd": existing}), [], hook)

    assert managed["before_removal"] is hook
    assert foreign["before_removal"] is None
