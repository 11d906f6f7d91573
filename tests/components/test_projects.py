"""AppProjects: nothing is allowed that is not stated."""

from components.argo_cd.projects import FINALIZER, ProjectArgs, app_project, default_project

TEAM: ProjectArgs = {
    "description": "Team A",
    "source_repositories": ["https://git.example.com/team/*"],
    "destinations": [{"namespace": "team-*"}, {"namespace": "team", "cluster": "edge"}],
    "cluster_kinds": [{"group": "", "kind": "Namespace"}],
    "namespaced_kinds": [{"group": "apps.kruise.io", "kind": "CloneSet"}],
    "denied_kinds": [{"group": "", "kind": "ResourceQuota"}],
    "roles": {
        "deployer": {
            "permissions": [{"resource": "applications", "actions": ["sync"]}],
            "groups": ["org:team"],
        }
    },
    "sync_windows": [
        {
            "kind": "deny",
            "schedule": "0 22 * * *",
            "duration": "8h",
            "time_zone": "Europe/Berlin",
            "applications": ["*"],
            "manual_sync": True,
        }
    ],
    "keep_while_used": True,
}


def test_a_project_without_anything_allows_nothing() -> None:
    assert app_project("team", {})["spec"] == {
        "sourceRepos": [],
        "destinations": [],
        "clusterResourceWhitelist": [],
    }


def test_everything_that_is_stated_is_in_the_project() -> None:
    project = app_project("team", TEAM)

    assert project["metadata"] == {"name": "team", "finalizers": [FINALIZER]}
    assert project["spec"] == {
        "description": "Team A",
        "sourceRepos": ["https://git.example.com/team/*"],
        "destinations": [
            {"server": "https://kubernetes.default.svc", "namespace": "team-*"},
            {"name": "edge", "namespace": "team"},
        ],
        "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
        "namespaceResourceBlacklist": [{"group": "", "kind": "ResourceQuota"}],
        "namespaceResourceWhitelist": [{"group": "apps.kruise.io", "kind": "CloneSet"}],
        "roles": [
            {
                "name": "deployer",
                "policies": ["p, proj:team:deployer, applications, sync, team/*, allow"],
                "groups": ["org:team"],
            }
        ],
        "syncWindows": [
            {
                "kind": "deny",
                "schedule": "0 22 * * *",
                "duration": "8h",
                "timeZone": "Europe/Berlin",
                "applications": ["*"],
                "manualSync": True,
            }
        ],
    }


def test_no_kind_with_a_namespace_is_another_thing_than_any() -> None:
    assert app_project("team", {"namespaced_kinds": []})["spec"]["namespaceResourceWhitelist"] == []


def test_the_default_project_is_open_or_locked_in_the_same_keys() -> None:
    opened, locked = (default_project(locked=locked)["spec"] for locked in (False, True))

    assert set(opened) == set(locked)
    assert list(locked.values()) == [[], [], []]
    assert opened["sourceRepos"] == ["*"]
