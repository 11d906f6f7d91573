"""One bad entry of argocd-cm stops all applications: the grammar tells it beforehand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.shared.argo_cd_config import key, problem, problems

C = "resource.customizations"
FIELDS = "jsonPointers: [/spec/replicas]\njqPathExpressions: null\n"

UNDERSTOOD = [
    (f"{C}.health.apps.kruise.io_CloneSet", "return {}"),
    (f"{C}.health.Pod", "no: yaml: at: all"),
    (f"{C}.health.all", ""),
    (f"{C}.health.*.kruise.io_*", "return {}"),
    (f"{C}.useOpenLibs.apps_Deployment", "true"),
    (f"{C}.useOpenLibs.apps_Deployment", "F"),
    (f"{C}.ignoreDifferences.apps_Deployment", FIELDS),
    (f"{C}.ignoreDifferences.apps_Deployment", ""),
    (f"{C}.ignoreDifferences.apps_Deployment", "unknown: 1"),
    (f"{C}.ignoreDifferences.apps_Deployment", "jsonPointers: [1, yes]"),
    (f"{C}.ignoreResourceUpdates.all", FIELDS),
    (f"{C}.knownTypeFields.a.b_C", "- {field: spec.x, type: core/v1/PodSpec}"),
    (f"{C}.actions.a.b_C", "discovery.lua: return {}\ndefinitions: []\n"),
    (C, "apps/Deployment: {health.lua: return}"),
    ("resource.exclusions", "- {apiGroups: ['*'], kinds: [Lease], clusters: ['*']}"),
    ("resource.exclusions", ""),
    ("resource.inclusions", "[]"),
    ("resource.compareoptions", "ignoreAggregatedRoles: true"),
    ("url", "{not: [judged"),
    ("accounts.ci", "apiKey"),
]


@pytest.mark.parametrize("name,value", UNDERSTOOD)
def test_an_entry_that_argo_cd_understands_has_no_problem(name: str, value: str) -> None:
    assert problem(name, value) is None


FATAL = [
    (f"{C}.healt.apps_Deployment", "", "healt is no type of customization; allowed: actions, "),
    (f"{C}.health.apps_v1_Deployment", "", "more than one underscore in apps_v1_Deployment"),
    (f"{C}.health.", "", "no effect without type and kind"),
    (f"{C}.useOpenLibs.apps_Deployment", "yes", 'no boolean; allowed: "true" or "false"'),
    (f"{C}.ignoreDifferences.a_B", "jsonPointers: /spec", "at jsonPointers; allowed: input should"),
    (f"{C}.ignoreDifferences.a_B", "- /spec", "another shape; allowed: "),
    (f"{C}.ignoreResourceUpdates.a_B", "a: [", "no YAML (line 1); allowed: a YAML text"),
    (f"{C}.knownTypeFields.a_B", "field: a\ntype: b", "allowed: input should be a valid list"),
    (C, "apps/Deployment: text", "another shape at apps/Deployment"),
    ("resource.compareoptions", "text", "another shape"),
]
"""Entries with which Argo CD refuses its settings."""

BROKEN = [
    *FATAL,
    # For the kinds that applications may have, Argo CD reads these where it needs them.
    ("resource.exclusions", "kinds: [Lease]", "allowed: input should be a valid list"),
    ("resource.exclusions", "- kinds: Lease", "another shape at 0.kinds"),
    ("resource.inclusions", "\tx", "no YAML"),
    # Passed over, or of no use for their kind.
    (f"{C}.health", "", "no effect without type and kind; allowed: resource.customizations.TYPE"),
    (f"{C}-health.a", "", "no effect without type and kind"),
    (f"{C}.knownTypeFields.a_B", "- field: a", "another shape at 0.type; allowed: field required"),
    (f"{C}.actions.a_B", "", "another shape; allowed: "),
    (f"{C}.actions.a_B", "mergeBuiltinActions: 'yes'", "at mergeBuiltinActions"),
]


@pytest.mark.parametrize("name,value,text", BROKEN)
def test_an_entry_that_argo_cd_does_not_understand_is_told_with_what_is_allowed(
    name: str, value: str, text: str
) -> None:
    assert text in str(problem(name, value))


def test_all_problems_come_at_once_by_key() -> None:
    bad = {name: value for name, value, _ in BROKEN[:2]}

    assert list(problems(bad | dict(UNDERSTOOD[:1]))) == sorted(bad)


@given(name=st.text(), value=st.text())
def test_any_entry_is_judged(name: str, value: str) -> None:
    for entry in (name, f"{C}.{name}", f"{C}.ignoreDifferences.{name}", "resource.exclusions"):
        text = problem(entry, value)
        assert text is None or "; allowed: " in text


def test_a_key_names_type_group_and_kind() -> None:
    assert key("health", "apps.kruise.io/CloneSet") == f"{C}.health.apps.kruise.io_CloneSet"
    assert key("health", "Pod") == f"{C}.health.Pod"
