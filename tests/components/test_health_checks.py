"""Health checks: entries for an argocd-cm of our own, or a patch of somebody else's."""

from typing import Any

import pytest
import yaml

from components.health_checks.component import (
    EXCLUDED_KINDS,
    IGNORED_FIELDS,
    POD_TEMPLATES,
    HealthChecks,
    HealthChecksArgs,
    contribution,
    with_exclusions,
)
from components.shared.argo_cd_config import EXCLUSIONS, key
from errors import ManifestError
from tests.support.recordings import Recording, component_run

CLONE_SET = "apps.kruise.io/CloneSet"
SHIPPED = "- apiGroups: [coordination.k8s.io]\n  kinds: [Lease]\n"


def args(**given: Any) -> HealthChecksArgs:
    """Return complete arguments, some of them replaced."""
    base: dict[str, Any] = {
        "namespace": "gitops",
        "scripts": {CLONE_SET: "return {}"},
        "actions": {CLONE_SET: "discovery.lua: return {}\n"},
        "known_type_fields": True,
        "ignored_fields": list(IGNORED_FIELDS),
        "exclusions": list(EXCLUDED_KINDS),
    }
    return {**base, **given}  # type: ignore[typeddict-item]


def run(**given: Any) -> Recording:
    return component_run(lambda opts: HealthChecks("health-checks", args(**given), opts))


def test_scripts_and_actions_are_entries_as_they_are() -> None:
    found = contribution(args())

    assert found["resource.customizations.health.apps.kruise.io_CloneSet"] == "return {}"
    assert found[key("actions", CLONE_SET)] == "discovery.lua: return {}\n"


def test_entries_are_sorted_so_that_two_runs_are_alike() -> None:
    found = contribution(args(scripts={"b/B": "1", "a/A": "2"}))

    assert list(found) == sorted(found)


def test_pod_specs_are_compared_as_what_they_are() -> None:
    found = contribution(args())

    assert POD_TEMPLATES
    for kind, paths in POD_TEMPLATES.items():
        fields = yaml.safe_load(found[key("knownTypeFields", kind)])
        assert [field["field"] for field in fields] == list(paths)
        assert {field["type"] for field in fields} == {"core/v1/PodSpec"}


@pytest.mark.parametrize("name", IGNORED_FIELDS)
def test_each_group_of_fields_is_contributed_alone(name: str) -> None:
    found = contribution(args(ignored_fields=[name]))
    ignored = {k: yaml.safe_load(v) for k, v in found.items() if ".ignoreDifferences." in k}

    assert ignored.keys() == {key("ignoreDifferences", kind) for kind in IGNORED_FIELDS[name]}
    for kind, paths in IGNORED_FIELDS[name].items():
        lists = ignored[key("ignoreDifferences", kind)]
        assert lists in ({"jsonPointers": list(paths)}, {"jqPathExpressions": list(paths)})


def test_the_fields_of_one_kind_are_one_entry() -> None:
    value = contribution(args())[key("ignoreDifferences", CLONE_SET)]

    assert yaml.safe_load(value) == {
        "jsonPointers": [
            "/spec/scaleStrategy/podsToDelete",
            "/spec/replicas",
            "/spec/updateStrategy/partition",
            "/spec/updateStrategy/paused",
        ]
    }


def test_without_a_list_to_extend_nothing_is_excluded() -> None:
    assert EXCLUSIONS not in contribution(args())


def test_exclusions_come_after_those_that_are_there() -> None:
    found = yaml.safe_load(contribution(args(shipped_exclusions=SHIPPED))[EXCLUSIONS])

    assert found[0] == {"apiGroups": ["coordination.k8s.io"], "kinds": ["Lease"]}
    assert {"apiGroups": ["apps.kruise.io"], "kinds": ["NodeImage", "NodePodProbe"]} in found
    assert len(found) == 1 + len(EXCLUDED_KINDS)


def test_what_is_excluded_already_is_not_added_again() -> None:
    once = with_exclusions(SHIPPED, list(EXCLUDED_KINDS))

    assert with_exclusions(once, list(EXCLUDED_KINDS)) == once
    assert with_exclusions(SHIPPED, []) == SHIPPED


def test_an_entry_that_would_break_argo_cd_is_refused() -> None:
    with pytest.raises(ManifestError, match=r"argocd-cm: .*more than one underscore in a_b_C"):
        contribution(args(scripts={"a_b/C": "return {}"}))


def test_for_an_argo_cd_of_our_own_nothing_is_registered() -> None:
    recording = run()

    assert recording.objects == []
    (component,) = [r for r in recording.all if not r.custom]
    assert component.inputs == {"kinds": [CLONE_SET], "patched": False}


def test_an_existing_argo_cd_gets_one_patch_of_its_argocd_cm() -> None:
    recording = run(patch=True)
    (patch,) = recording.objects

    assert patch.name == "health-checks-configmap-argocd-cm"
    assert patch.type == "kubernetes:core/v1:ConfigMapPatch"
    assert recording.name_of(patch.parent) == "health-checks"
    assert recording.name_of(patch.provider) == "cluster"
    assert patch.inputs == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "argocd-cm",
            "namespace": "gitops",
            "annotations": {
                "pulumi.com/patchFieldManager": f"gitops-bootstrap-{patch.name}",
                "pulumi.com/patchForce": "true",
            },
        },
        "data": contribution(args()),
    }


def test_the_outputs_say_what_is_judged() -> None:
    recording = run(patch=True)

    (outputs,) = [o for urn, o in recording.outputs.items() if urn.endswith("::health-checks")]
    assert outputs == {"kinds": [CLONE_SET], "patched": True}
