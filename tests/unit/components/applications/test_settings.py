"""Settings of applications: what Argo CD would refuse, or not understand, is refused here."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, problems

PROJECTS: dict[str, Any] = {"projects": {"team": {}}}
WEB: dict[str, Any] = {
    "project": "team",
    "repository": "https://git.example.com/web",
    "revision": "v1",
    "path": "deploy",
    "namespace": "apps-web",
}


def stack(entry: dict[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
    applications = {"entries": {"web": {**WEB, **(entry or {})}}}
    return {"argoCd": PROJECTS, "applications": applications, **sections}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in WEB.items() if name != key}


def test_an_application_is_a_few_lines() -> None:
    entry = load(stack()).applications.entries["web"]

    assert entry.cluster == "in-cluster"
    assert entry.sync.automated
    assert entry.cascade == "foreground"


def test_nothing_is_declared_by_default() -> None:
    assert not load({}).applications.declared
    assert load(stack()).applications.declared


@pytest.mark.parametrize(
    "entry, key, words",
    [
        ({"project": "teem"}, "project", "allowed: default, team"),
        ({"cluster": "edge"}, "cluster", "not registered"),
        ({"helm": {}, "plugin": {}}, "", "helm and plugin are given"),
        ({"chart": "web"}, "", "both is given"),
        ({"path": "/deploy"}, "path", "matching"),
        ({"path": "../secret"}, "path", "matching"),
        ({"revision": "--upsert"}, "revision", "matching"),
        ({"repository": "https://user:word@git.example.com/x"}, "repository", "matching"),
        ({"cascade": "maybe"}, "cascade", '"foreground" or "background" or "none"'),
        ({"setByPipeline": True}, "setByPipeline", "only set the image"),
        (
            {"setByPipeline": True, "helm": {"parameters": {"image.tag": "1"}}},
            "helm.parameters",
            "helm.values",
        ),
        (
            {"setByPipeline": True, "kustomize": {"images": ["a=b:1"]}},
            "kustomize.images",
            "one of them",
        ),
        ({"sync": {"options": ["CreateNamespace"]}}, "sync.options[0]", "ServerSideApply=true"),
    ],
)
def test_what_is_wrong_is_named(entry: dict[str, Any], key: str, words: str) -> None:
    found = problems(stack(entry))

    name = f"applications.entries.web{'.' if key else ''}{key}"
    assert list(found) == [name]
    assert words in found[name]


def test_a_source_that_is_nowhere_is_refused() -> None:
    sections = {"argoCd": PROJECTS, "applications": {"entries": {"web": without("path")}}}

    assert "neither is given" in problems(sections)["applications.entries.web"]


def test_applications_without_an_argo_cd_are_refused() -> None:
    sections = stack(argoCd={**PROJECTS, "enabled": False})

    assert "argoCd.enabled is false" in problems(sections)["applications.enabled"]


def test_a_locked_project_deploys_nothing() -> None:
    sections = stack({"project": "default"}, argoCd={**PROJECTS, "defaultProject": "locked"})

    assert "is locked" in problems(sections)["applications.entries.web.project"]


def test_the_projects_of_somebody_elses_argo_cd_are_not_known() -> None:
    load(stack({"project": "theirs", "cluster": "edge"}, argoCd={"mode": "existing"}))


def test_steps_need_a_controller_that_takes_them() -> None:
    many = {"argoCd": PROJECTS, "applications": {"sets": {"web": {**WEB, "progressiveSync": []}}}}
    load(many)
    many["applications"]["sets"]["web"]["progressiveSync"] = [{"wave": "1"}]
    assert "has no effect" in problems(many)["applications.sets.web.progressiveSync"]

    params = {"applicationsetcontroller.enable.progressive.syncs": "true"}
    load({**many, "argoCd": {**PROJECTS, "params": params}})


def test_the_name_of_the_root_is_taken() -> None:
    root = {key: WEB[key] for key in ("project", "repository", "revision", "path")}
    entries = {"root": WEB}
    sections = {"argoCd": PROJECTS, "applications": {"entries": entries, "root": root}}

    assert "that of applications.root" in problems(sections)["applications.entries.root"]


SAMPLES = {"repository": "https://git.example.com/you/platform.git"}


def test_the_samples_are_one_line() -> None:
    declared = load({"applications": {"samples": SAMPLES}}).applications

    assert declared.declared
    assert declared.samples
    assert (declared.samples.revision, declared.samples.project) == ("main", "default")


@pytest.mark.parametrize("name", ["helloworld", "testapp"])
def test_the_names_of_the_samples_are_taken(name: str) -> None:
    sections = {"argoCd": PROJECTS, "applications": {"entries": {name: WEB}, "samples": SAMPLES}}

    assert "that of applications.samples" in problems(sections)[f"applications.entries.{name}"]
    del sections["applications"]["samples"]
    load(sections)


def test_the_samples_need_their_project_and_their_operator() -> None:
    locked = {"argoCd": {"defaultProject": "locked"}, "applications": {"samples": SAMPLES}}
    assert "is locked" in problems(locked)["applications.samples.project"]

    alone = {"openKruise": {"enabled": False}, "applications": {"samples": SAMPLES}}
    assert "is a CloneSet" in problems(alone)["applications.samples"]


TEMPLATES: dict[str, Any] = {
    "path": 'envs/{{index .metadata.labels "env"}}',
    "revision": "{{.metadata.labels.revision}}",
    "helm": {"valueFiles": ["values-{{.name}}.yaml"]},
}


def test_a_set_differs_from_cluster_to_cluster_and_an_entry_does_not() -> None:
    load({"argoCd": PROJECTS, "applications": {"sets": {"web": {**WEB, **TEMPLATES}}}})

    entry = "applications.entries.web"
    found = problems(stack(TEMPLATES))
    assert set(found) == {f"{entry}.path", f"{entry}.revision", f"{entry}.helm.valueFiles"}
    assert all("only applications.sets" in text for text in found.values())


@pytest.mark.parametrize("path", ["{{", "a/{{}}", "{{.name}", "../{{.name}}", "{{a\nb}}"])
def test_a_broken_template_is_refused(path: str) -> None:
    assert "matching" in problems(stack({"path": path}))["applications.entries.web.path"]
