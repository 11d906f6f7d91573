"""Access rendered to casbin's CSV: what is read back is what was written."""

import csv
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.argo_cd.access import AccessArgs, CiArgs, policy_csv, rbac_entries
from errors import ManifestError

DEV: AccessArgs = {
    "roles": {
        "dev": [
            {"resource": "applications", "actions": ["get", "sync"], "project": "team"},
            {"resource": "clusters", "actions": ["get"], "object": "https://a", "effect": "deny"},
        ]
    },
    "members": {"dev": ["org:team", "Team B"], "admin": ["ops"]},
}


def read(policy: str) -> list[list[str]]:
    """Return the lines as Argo CD reads them: util/rbac/rbac.go, loadPolicyLine."""
    return [next(csv.reader([line], skipinitialspace=True)) for line in policy.splitlines()]


def test_a_policy_has_a_line_for_each_action_and_each_member() -> None:
    assert policy_csv(DEV) == (
        "p, role:dev, applications, get, team/*, allow\n"
        "p, role:dev, applications, sync, team/*, allow\n"
        "p, role:dev, clusters, get, https://a, deny\n"
        "g, org:team, role:dev\n"
        "g, Team B, role:dev\n"
        "g, ops, role:admin\n"
    )


def test_pipelines_get_and_sync_the_applications_of_one_project_and_nothing_else() -> None:
    ci: CiArgs = {"project": "team"}

    assert policy_csv({}, ci) == (
        "p, role:ci, applications, get, team/*, allow\n"
        "p, role:ci, applications, sync, team/*, allow\n"
        "g, ci, role:ci\n"
    )
    managing = policy_csv({}, {**ci, "manage": True})
    assert [line[3] for line in read(managing) if line[0] == "p"] == [
        "get",
        "sync",
        "create",
        "update",
    ]


def test_nobody_has_rights_unless_a_role_says_so() -> None:
    assert rbac_entries({}) == {"policy.default": ""}
    assert rbac_entries({"default_role": "readonly"})["policy.default"] == "role:readonly"
    assert rbac_entries({"scopes": ["groups", "email"]})["scopes"] == "[groups, email]"


@pytest.mark.parametrize("name", ["a,b", 'a"b', "a\nb", "a\r", " a", "a ", ""])
def test_a_name_that_would_change_the_line_is_refused(name: str) -> None:
    with pytest.raises(ManifestError, match="cannot be part of a policy"):
        policy_csv({"members": {"dev": [name]}})


NAMES = st.text(
    st.characters(blacklist_characters=',"\r\n', blacklist_categories=("Cc", "Cs", "Zl", "Zp")),
    min_size=1,
).filter(lambda name: name == name.strip())


@given(
    roles=st.dictionaries(
        NAMES,
        st.lists(
            st.fixed_dictionaries(
                {"resource": NAMES, "actions": st.lists(NAMES, min_size=1, max_size=3)},
                optional={
                    "project": NAMES,
                    "object": NAMES,
                    "effect": st.sampled_from(["allow", "deny"]),
                },
            ),
            max_size=3,
        ),
        max_size=3,
    ),
    members=st.dictionaries(NAMES, st.lists(NAMES, max_size=3), max_size=3),
)
def test_whatever_is_written_is_read_back(
    roles: dict[str, list[Any]], members: dict[str, list[str]]
) -> None:
    expected = [
        [
            "p",
            f"role:{role}",
            p["resource"],
            action,
            f"{p['project']}/{p.get('object', '*')}" if "project" in p else p.get("object", "*"),
            p.get("effect", "allow"),
        ]
        for role, permissions in roles.items()
        for p in permissions
        for action in p["actions"]
    ]
    expected += [["g", who, f"role:{role}"] for role, names in members.items() for who in names]

    assert read(policy_csv({"roles": roles, "members": members})) == expected
