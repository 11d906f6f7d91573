"""What the settings mean for the health checks, and who wins over whose entries."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from components.health_checks.component import EXCLUDED_KINDS, IGNORED_FIELDS, contribution
from components.health_checks.scripts import KINDS
from components.health_checks.settings import ExclusionSettings, IgnoredFieldSettings
from components.shared.argo_cd_config import EXCLUSIONS, key
from kube.manifests import Manifest, with_config_map_data
from stack import loader
from stack.mapping.argo_cd import argo_cd_args, replaced
from stack.mapping.health_checks import health_checks_args
from tests.support.release import release
from tests.unit.stack.helpers import KUBECONFIG, load, raw, with_seed

CLONE_SET = "apps.kruise.io/CloneSet"
SHIPPED = "- kinds: [Lease]\n"


def published() -> list[Manifest]:
    """Return a release whose argocd-cm excludes something."""
    return with_config_map_data(release(), "argocd-cm", {EXCLUSIONS: SHIPPED})


def entries(**sections: Any) -> dict[str, str]:
    """Return what is contributed with some settings."""
    return contribution(health_checks_args(load(sections), published()))


def test_each_kind_has_its_check_with_the_chosen_verdict() -> None:
    healthy = entries()
    suspended = entries(healthChecks={"partitionHold": "suspended"})

    assert {k for k in healthy if ".health." in k} == {key("health", kind) for kind in KINDS}
    assert 'PARTITION_HOLD = "healthy"' in healthy[key("health", CLONE_SET)]
    assert 'PARTITION_HOLD = "suspended"' in suspended[key("health", CLONE_SET)]


def test_a_kind_that_is_off_is_left_to_argo_cd() -> None:
    found = entries(healthChecks={"kinds": {CLONE_SET: False, "tekton.dev/TaskRun": True}})

    assert key("health", CLONE_SET) not in found
    assert key("health", "tekton.dev/TaskRun") in found


def test_own_scripts_are_added_and_take_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "health" / "apps.kruise.io").mkdir(parents=True)
    for kind in ("CloneSet", "GameServer"):
        (tmp_path / "health" / "apps.kruise.io" / f"{kind}.lua").write_text("return {}")
    config = raw(with_seed({"healthChecks": {"scripts": "health", "kinds": {CLONE_SET: False}}}))
    loaded = loader.load(config, stack="s", dry_run=True, environ=KUBECONFIG, project=tmp_path)
    found = contribution(health_checks_args(loaded, published()))

    assert found[key("health", CLONE_SET)] == "return {}"
    assert found[key("health", "apps.kruise.io/GameServer")] == "return {}"


@pytest.mark.parametrize(
    "switch,customization", [("actions", "actions"), ("knownTypeFields", "knownTypeFields")]
)
def test_the_rest_can_be_switched_off(switch: str, customization: str) -> None:
    assert any(f".{customization}." in name for name in entries())
    assert not [n for n in entries(healthChecks={switch: False}) if f".{customization}." in n]


def test_each_switch_of_fields_and_exclusions_is_known_to_the_component() -> None:
    def aliases(section: type[Any]) -> set[str | None]:
        return {field.alias for field in section.model_fields.values()}

    assert aliases(IgnoredFieldSettings) == set(IGNORED_FIELDS)
    assert aliases(ExclusionSettings) == set(EXCLUDED_KINDS)


def test_exclusions_extend_the_published_list_or_the_stack_files() -> None:
    ours = "- kinds: [Secret]\n"
    default, own = (
        yaml.safe_load(found[EXCLUSIONS])
        for found in (entries(), entries(argoCd={"config": {EXCLUSIONS: ours}}))
    )

    assert default[0] == {"kinds": ["Lease"]}
    assert own == [{"kinds": ["Secret"]}, *default[1:]]


def test_the_list_of_somebody_elses_argo_cd_is_left_alone() -> None:
    args = health_checks_args(load({"argoCd": {"mode": "existing"}}), [])

    assert EXCLUSIONS not in contribution(args)
    assert args["patch"]


def test_an_entry_of_the_stack_file_wins_over_a_contributed_one() -> None:
    own = {key("health", CLONE_SET): "return {}", EXCLUSIONS: "[]", "help.chatText": "x"}
    loaded = load({"argoCd": {"config": own}})
    contributed = contribution(health_checks_args(loaded, published()))
    args = argo_cd_args(loaded, published(), contributed, [])

    assert args["config"][key("health", CLONE_SET)] == "return {}"
    assert "NodeImage" in args["config"][EXCLUSIONS]
    assert replaced(loaded, contributed) == [key("health", CLONE_SET)]


def test_what_is_off_on_both_sides_is_not_mentioned() -> None:
    assert replaced(load({"argoCd": {"config": {"help.chatText": "x"}}}), entries()) == []
