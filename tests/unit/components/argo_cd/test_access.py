"""Access to Argo CD as data: what Argo CD would take and never apply is refused."""

from typing import Any

import pytest

from components.argo_cd.rules.access import ACTIONS
from tests.unit.stack.helpers import load, problems

TEAM = {"team": {"description": "A team"}}


def roles(*permissions: dict[str, Any]) -> dict[str, Any]:
    return {"argoCd": {"access": {"roles": {"dev": list(permissions)}}}}


def text_of(found: dict[str, str], key: str) -> str:
    assert list(found) == [key]
    return found[key]


def test_a_role_with_members_is_accepted_as_written() -> None:
    access: dict[str, Any] = {
        "roles": {
            "dev": [
                {"resource": "applications", "actions": ["get", "sync"], "project": "team"},
                {
                    "resource": "applications",
                    "actions": ["action/apps/Deployment/restart"],
                    "project": "*",
                },
                {"resource": "clusters", "actions": ["get"]},
                {"resource": "logs", "actions": ["*"], "project": "team", "effect": "deny"},
            ]
        },
        "members": {"dev": ["org:team", "Team B"], "admin": ["ops"]},
        "defaultRole": "readonly",
    }
    loaded = load({"argoCd": {"access": access}}).argo_cd.access

    assert [p.resource for p in loaded.roles["dev"]] == [
        p["resource"] for p in access["roles"]["dev"]
    ]
    assert loaded.members == access["members"]


@pytest.mark.parametrize("resource,action", [(r, a) for r, known in ACTIONS.items() for a in known])
def test_every_known_action_is_accepted(resource: str, action: str) -> None:
    project = (
        {"project": "team"}
        if resource in {"applications", "applicationsets", "exec", "logs"}
        else {}
    )
    written = "action/apps/Deployment/restart" if action == "action" else action

    load(roles({"resource": resource, "actions": [written], **project}))


@pytest.mark.parametrize(
    "resource,action",
    [
        ("logs", "sync"),
        ("exec", "get"),
        ("clusters", "update/x"),
        ("applications", "invoke"),
        ("certificates", "update"),
    ],
)
def test_an_action_that_a_resource_does_not_have_is_refused(resource: str, action: str) -> None:
    project = {"project": "team"} if resource in {"applications", "exec", "logs"} else {}
    found = problems(roles({"resource": resource, "actions": [action], **project}))
    text = text_of(found, "argoCd.access.roles.dev[0].actions[0]")

    assert text.startswith(f'"{action}" is not allowed for {resource}; allowed: *, ')
    assert "Fix: pulumi config set --path 'argoCd.access.roles.dev[0].actions[0]' VALUE" in text


def test_a_misspelt_action_or_resource_is_refused() -> None:
    found = problems(roles({"resource": "apps", "actions": ["get"]}))
    assert list(found) == ["argoCd.access.roles.dev[0].resource"]

    found = problems(roles({"resource": "applications", "actions": ["got"], "project": "a"}))
    assert list(found) == ["argoCd.access.roles.dev[0].actions[0]"]


def test_an_application_needs_its_project_and_an_account_has_none() -> None:
    found = problems(
        roles(
            {"resource": "applications", "actions": ["get"]},
            {"resource": "accounts", "actions": ["get"], "project": "team"},
        )
    )

    assert (
        "not set, and applications belong to a project"
        in found["argoCd.access.roles.dev[0].project"]
    )
    assert (
        '"team" is not allowed, as accounts belong to no project'
        in found["argoCd.access.roles.dev[1].project"]
    )


@pytest.mark.parametrize("name", ["a,b", 'a"b', "a\nb", " a", "a ", ""])
def test_a_name_that_a_line_of_a_policy_cannot_hold_is_refused(name: str) -> None:
    found = problems({"argoCd": {"access": {"members": {"admin": [name]}}}})

    assert list(found) == ["argoCd.access.members.admin[0]"]


def test_a_missing_key_is_named_with_what_is_allowed_and_the_fix() -> None:
    found = problems(roles({"resource": "logs"}))
    text = text_of(found, "argoCd.access.roles.dev[0].actions")

    assert text.startswith("not set; allowed: non-empty list of text like sync")
    assert "Fix: pulumi config set --path 'argoCd.access.roles.dev[0].actions' VALUE" in text


@pytest.mark.parametrize("key", ["defaultRole", "members.devs"])
def test_a_role_that_is_nowhere_made_is_refused(key: str) -> None:
    access: dict[str, Any] = {"roles": {"dev": []}}
    access |= {"defaultRole": "devs"} if key == "defaultRole" else {"members": {"devs": ["x"]}}
    text = text_of(problems({"argoCd": {"access": access}}), f"argoCd.access.{key}")

    assert text.startswith('there is no role "devs"; did you mean dev? allowed: admin, dev, ')


@pytest.mark.parametrize("role", ["admin", "readonly", "ci"])
def test_a_role_that_is_made_elsewhere_is_not_made_again(role: str) -> None:
    argo = {"access": {"roles": {role: []}, "ci": {"project": "team"}}, "projects": TEAM}

    assert list(problems({"argoCd": argo})) == [f"argoCd.access.roles.{role}"]


def test_a_role_called_ci_is_nobodys_without_access_of_pipelines() -> None:
    load({"argoCd": {"access": {"roles": {"ci": []}, "members": {"ci": ["bots"]}}}})


def test_the_project_of_the_pipelines_is_one_of_this_stack() -> None:
    argo = {"access": {"ci": {"project": "taem"}}, "projects": TEAM}
    text = text_of(problems({"argoCd": argo}), "argoCd.access.ci.project")

    assert 'there is no project "taem" below argoCd.projects; did you mean team? ' in text


def test_access_of_an_account_that_is_off_is_refused() -> None:
    sections = {
        "argoCd": {"access": {"ci": {"project": "team"}}, "projects": TEAM},
        "credentials": {"ci": {"enabled": False}},
    }

    assert list(problems(sections)) == ["argoCd.access.ci"]


def test_the_default_project_has_a_setting_of_its_own() -> None:
    text = text_of(problems({"argoCd": {"projects": {"default": {}}}}), "argoCd.projects.default")

    assert "argoCd.defaultProject says what it allows" in text


def test_what_argo_cd_refuses_in_a_project_is_refused_here() -> None:
    twice = {"namespace": "a"}
    window = {"kind": "allow", "schedule": "0 22 * * *", "duration": "1h"}
    project = {
        "destinations": [twice, twice],
        "sourceRepositories": ["*", "*"],
        "syncWindows": [window],
    }
    found = problems({"argoCd": {"projects": {"team": project}}})

    assert sorted(found) == [
        "argoCd.projects.team.destinations",
        "argoCd.projects.team.sourceRepositories",
        "argoCd.projects.team.syncWindows[0]",
    ]


def test_a_port_that_argo_cd_cannot_read_is_refused() -> None:
    good = ["https://git.example.com:8443/**", "!http://git**", "ssh://git@a:22/x", "git@a:b/*"]
    bad = "https://git.example.com:*/**"
    project = {"sourceRepositories": [*good, bad]}
    found = problems({"argoCd": {"projects": {"team": project}}})

    text = text_of(found, "argoCd.projects.team.sourceRepositories[4]")
    assert f"{bad} has a port that is no number" in text


def test_a_problem_in_a_project_causes_no_second_one() -> None:
    argo = {
        "access": {"ci": {"project": "team"}},
        "projects": {"team": {"destinations": [{}]}},
    }

    assert list(problems({"argoCd": argo})) == ["argoCd.projects.team.destinations[0].namespace"]


@pytest.mark.parametrize(
    "cluster,key",
    [
        ({}, ""),
        ({"tokenFrom": "t", "aws": {"clusterName": "c"}}, ""),
        ({"tokenFrom": "t", "insecure": True, "caData": "QUJD"}, ".insecure"),
    ],
)
def test_a_cluster_has_one_login(cluster: dict[str, Any], key: str) -> None:
    argo = {"clusters": {"edge": {"server": "https://edge.example.com", **cluster}}}
    found = problems({"argoCd": argo, "secrets": {"t": "x"}}, secret=["secrets"])

    assert list(found) == [f"argoCd.clusters.edge{key}"]
