"""Every problem comes at once, with its key, its value, what is allowed and the fix."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import ConfigError
from stack import loader
from stack.settings import Settings
from tests.unit.stack.helpers import KUBECONFIG, load, problems, raw, refusal, with_seed


def test_the_message_lists_all_problems_sorted_by_key() -> None:
    sections = {
        "openkruise": {"enabled": True},
        "openKruise": {"manager": {"replicas": 20}, "sha256": "0" * 64},
        "argoCd": {"version": "latest"},
    }

    assert refusal(sections, environ={}) == (
        'stack "staging": 5 configuration problems\n'
        '  argoCd.version: "latest" is not allowed; allowed: text like v3.5.1 matching '
        r"^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$. "
        "Fix: pulumi config set --path 'argoCd.version' VALUE, or "
        f"pulumi config rm --path 'argoCd.version' for the default \"{_default('argo_cd')}\"\n"
        "  cluster.context: not set, and neither is cluster.kubeconfig nor KUBECONFIG: this "
        "program never acts on whatever context is current; allowed: text, the name of a "
        "kubeconfig context. Fix: pulumi config set --path 'cluster.context' NAME, "
        "or export KUBECONFIG=FILE\n"
        "  openKruise.manager.replicas: 20 is not allowed; allowed: integer from 1 to 9. "
        "Fix: pulumi config set --path 'openKruise.manager.replicas' VALUE, or "
        "pulumi config rm --path 'openKruise.manager.replicas' for the default 2\n"
        "  openKruise.sha256: set without a version; allowed: together with the version whose "
        "digest it is. Fix: pulumi config set --path 'openKruise.version' "
        f"{_default('open_kruise')}, or pulumi config rm --path 'openKruise.sha256'\n"
        "  openkruise: unknown key; did you mean openKruise? "
        "Known: applications, argoCd, cluster, crds, credentials, delivery, healthChecks, images, "
        "kubeVela, openKruise, secrets, tekton, velaPlugin. "
        "Fix: rename or remove it"
    )


def _default(section: str) -> str:
    version: str = getattr(Settings(), section).version
    return version


def test_one_problem_is_not_called_problems() -> None:
    assert refusal({"crds": {"retain": 1}}).startswith('stack "staging": 1 configuration problem\n')


@pytest.mark.parametrize(
    "sections,key,meant",
    [
        pytest.param({"argocd": {}}, "argocd", "argoCd", id="unit"),
        pytest.param({"argo_cd": {}}, "argo_cd", "argoCd", id="python-name-of-a-unit"),
        pytest.param(
            {"images": {"pull_secrets": []}}, "images.pull_secrets", "pullSecrets", id="key"
        ),
        pytest.param(
            {"openKruise": {"manager": {"replica": 1}}},
            "openKruise.manager.replica",
            "replicas",
            id="nested-key",
        ),
    ],
)
def test_a_misspelt_key_is_refused_with_the_name_it_resembles(
    sections: dict[str, Any], key: str, meant: str
) -> None:
    found = problems(sections)

    assert list(found) == [key]
    assert found[key].startswith(f"unknown key; did you mean {meant}? Known: ")


def test_a_key_like_no_other_is_refused_with_the_known_ones() -> None:
    assert problems({"crds": {"zzz": 1}}) == {
        "crds.zzz": "unknown key; Known: retain. Fix: rename or remove it"
    }


def test_a_nested_key_written_flat_is_refused_with_the_command_that_nests_it() -> None:
    (text,) = problems({"argoCd.namespace": "a"}).values()

    assert "pulumi config set --path 'argoCd.namespace' VALUE" in text


@pytest.mark.parametrize("value", ["hello", "", "20", "true", "null", "{not json", "[1]"])
def test_a_section_that_is_no_map_is_refused(value: str) -> None:
    text = problems({"crds": value})["crds"]

    assert "is not allowed; allowed: map with the keys retain. Fix: write it as a map, or" in text


def test_a_misspelt_namespace_is_refused() -> None:
    assert problems({"gitops-boostrap:crds": {}}) == {
        "gitops-boostrap:crds": (
            "unknown namespace; did you mean gitops-bootstrap:crds? Fix: rename or remove it"
        )
    }


def test_other_namespaces_are_nobodys_business_here() -> None:
    assert load({"pulumi:disable-default-providers": ["kubernetes"], "aws:region": "x"}) == load({})


def test_the_value_of_a_secret_key_is_never_shown() -> None:
    sections = {"crds": {"retain": "hunter2"}, "argocd": "hunter2", "images": "hunter2"}
    message = refusal(sections, secret=sections)

    assert "hunter2" not in message
    assert "crds.retain: [secret] is not allowed; allowed: true or false" in message


def test_an_encrypted_value_is_refused_where_it_would_become_plain_text() -> None:
    config = {"argoCd": {"config": {"token": "hunter2"}}}

    assert problems(config, secret=["argoCd"]) == {
        "argoCd": (
            "[secret] is not allowed: the section is not kept secret in previews and in the state; "
            "allowed: plain values. Fix: pulumi config rm --path 'argoCd', "
            "then set its keys without --secret"
        )
    }


@pytest.mark.parametrize(
    "value,shown",
    [
        pytest.param({"users": []}, "a map", id="map"),
        pytest.param(["x"], "a list", id="list"),
        pytest.param("x" * 65, "a text of 65 characters", id="long-text"),
        pytest.param("a\nb", "a text of 3 characters", id="lines"),
    ],
)
def test_what_may_hold_a_credential_is_described_and_not_echoed(value: object, shown: str) -> None:
    text = problems({"argoCd": {"namespace": value}})["argoCd.namespace"]

    assert text.startswith(f"{shown} is not allowed; ")


def test_an_invalid_value_does_not_hide_a_broken_rule_elsewhere_in_its_section() -> None:
    found = problems({"openKruise": {"sha256": "0" * 64, "timeoutSeconds": 1, "typo": 1}})

    assert sorted(found) == ["openKruise.sha256", "openKruise.timeoutSeconds", "openKruise.typo"]


def test_an_invalid_item_of_a_list_does_not_hide_a_broken_rule_either() -> None:
    found = problems({"openKruise": {"sha256": "0" * 64, "roleListGroups": ["apps", "NOT OK"]}})

    assert sorted(found) == ["openKruise.roleListGroups[1]", "openKruise.sha256"]


def test_a_rule_is_silent_about_a_value_that_is_itself_invalid() -> None:
    found = problems({"openKruise": {"version": "latest", "sha256": "0" * 64}})

    assert list(found) == ["openKruise.version"]


def test_an_invalid_item_of_a_list_is_named_by_its_position() -> None:
    assert list(problems({"images": {"pullSecrets": ["ok", "NOT OK"]}})) == [
        "images.pullSecrets[1]"
    ]


def test_a_key_with_quotes_stays_one_argument_of_the_command() -> None:
    assert r"--path 'argoCd.config[\"it'\''s\"]'" in json.dumps(
        refusal({"argoCd": {"config": {"it's": None}}})
    ).replace("\\\\", "\\")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_SCHEMA = Settings.model_json_schema()
UNITS = sorted(_SCHEMA["properties"])
KEYS = sorted({key for model in _SCHEMA["$defs"].values() for key in model["properties"]})
KEYED = st.dictionaries(
    st.sampled_from([*KEYS, "[key]", "KruiseDaemon", "PodWebhook"]),
    JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3),
    max_size=4,
)


@given(
    config=st.dictionaries(
        st.sampled_from(UNITS).map("gitops-bootstrap:{}".format) | st.text(),
        st.text() | KEYED.map(json.dumps) | JSON.map(json.dumps),
        max_size=5,
    ),
    secret_keys=st.sets(st.sampled_from(UNITS).map("gitops-bootstrap:{}".format)),
    stack=st.text(),
)
def test_whatever_comes_in_is_loaded_or_refused_with_one_error(
    config: dict[str, str], secret_keys: set[str], stack: str
) -> None:
    message = _outcome(config, secret_keys, stack)

    assert message is None or re.search(r"\d+ configuration problems?\n  \S", message)


def _outcome(config: dict[str, str], secret_keys: set[str], stack: str) -> str | None:
    try:
        loader.load(config, stack=stack, dry_run=False, environ=KUBECONFIG, secret_keys=secret_keys)
    except ConfigError as error:
        return str(error)
    return None


INVALID = {
    "cluster.context": "",
    "crds.retain": "yes",
    "images.registry": "https://example.com",
    "openKruise.manager.replicas": 0,
    "openKruise.daemon.socketLocation": "relative",
    "openKruise.timeoutSeconds": 1,
    "openKruise.sha256": "short",
    "argoCd.version": "stable",
    "argoCd.namespace": "-",
    "argoCd.typo": 1,
    "argoCd.server.ingress.host": "no host",
    "argoCd.repositories.app.url": "no address",
    "argoCd.projects.team.syncWindows": 1,
    "typo": 1,
}


@given(keys=st.sets(st.sampled_from(sorted(INVALID)), min_size=1))
def test_any_set_of_invalid_values_is_reported_completely(keys: set[str]) -> None:
    sections: dict[str, Any] = {}
    for key in keys:
        *parents, last = key.split(".")
        place = sections
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = INVALID[key]

    assert sorted(problems(sections)) == sorted(keys)


def test_deeply_nested_text_is_refused_and_not_followed() -> None:
    with pytest.raises(ConfigError, match="1 configuration problem"):
        loader.load(
            raw(with_seed({"crds": "[" * 100_000})),
            stack="s",
            dry_run=True,
            environ={},
            secret_keys=(),
        )
