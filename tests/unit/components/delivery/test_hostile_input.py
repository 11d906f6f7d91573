"""Whatever a parameter holds, it arrives as it is or is refused: nothing of it is ever executed."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components.delivery.scripts import STEPS
from tests.support.delivery import ARTICLE, Outcome, Steps, delivery_args

HOSTILE = {
    "command": "main; touch HACKED",
    "substitution": "$(touch HACKED)",
    "backquotes": "`touch HACKED`",
    "pipe": "main|touch HACKED",
    "quote": "main'; touch HACKED; '",
    "double quote": 'main"; touch HACKED; "',
    "redirection": "main>HACKED",
    "second line": "main\ntouch HACKED",
    "only the second line fits": "\nmain",
    "trailing newline": "main\n",
    "carriage return": "main\rmain",
    "option": "--upsert",
    "short option": "-H",
    "end of options": "--",
    "space": "main branch",
    "glob": "*",
    "home": "~root",
    "variable": "$HOME",
    "of kubelet": "$(ARGOCD_AUTH_TOKEN)",
    "of Tekton": "$(params.app_name)",
    "parent": "../../etc",
    "empty": "",
    "very long": "a" * 100_000,
    "not ascii": "maïn",
    "right to left": "main\u202eniam",
    "escape sequence": "main\x1b[2J",
    "comma": "main,image.tag=evil",
    "equals": "main=evil",
    "remote helper": "ext::sh -c touch% HACKED",
    "file": "file:///etc/passwd",
}


def untouched(steps: Steps) -> bool:
    return not [path for path in steps.folder.rglob("*") if "HACKED" in path.name]


def judge(steps: Steps, outcome: Outcome, name: str, value: str) -> None:
    """Check that a value arrived in one argument, or that it was refused with a message."""
    assert untouched(steps)
    if outcome.status == 2:
        assert outcome.calls == []
        assert f"parameter {name}: " in outcome.errors or "short_sha: " in outcome.errors
        assert all(len(line) < 400 and line.isprintable() for line in outcome.errors.splitlines())
        return
    assert outcome.status == 0, outcome.errors
    (call,) = outcome.calls
    assert call[:2] == ["app", "create"]
    assert len(call) == 14
    assert any(value in word for word in call)
    assert all(word.startswith("--") for word in call[2:-2])
    assert call[-2:] == ["--", "helloworld"]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    """Return the scripts with a recorder."""
    return Steps(tmp_path_factory.mktemp("steps"))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_parameters_are_all_refused(steps: Steps, value: str) -> None:
    outcome = steps.run("set-image", **dict.fromkeys(ARTICLE, value))

    assert outcome.status == 2
    for name in ARTICLE:
        judge(steps, outcome, name, value)


@pytest.mark.parametrize("step", STEPS)
def test_all_that_is_wrong_is_told_at_once_and_by_every_step(steps: Steps, step: str) -> None:
    outcome = steps.run(step, **dict.fromkeys(ARTICLE, "a b"))

    assert outcome.status == 2
    assert outcome.calls == []
    told = [line.split(":")[0] for line in outcome.errors.splitlines()]
    assert told == [f"parameter {name}" for name in ARTICLE]


def test_another_application_is_refused(steps: Steps) -> None:
    outcome = steps.run("sync", app_name="production")

    assert outcome.status == 2
    assert 'app_name: "production" is refused; allowed: helloworld' in outcome.errors


def test_a_tag_that_no_registry_takes_is_refused(steps: Steps) -> None:
    outcome = steps.run("set-image", branch="a" * 100, short_sha="0" * 40)

    assert outcome.status == 2
    assert "a tag of 128 characters" in outcome.errors


ALPHABET = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
PUNCTUATION = ";|&$`'\"\\<>(){}[]*?!~#=,%^ \t\n\r-/.:@a1"
NASTY = st.text(st.sampled_from(PUNCTUATION) | ALPHABET, max_size=80)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(ARTICLE)), value=NASTY)
@example(name="branch", value="a/b")
@example(name="docker_repo", value="reg.example:5000/a/b-c_d")
@example(name="gitrepositoryurl", value="git@example.com:team/app.git")
def test_any_text_arrives_whole_or_is_refused(name: str, value: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        steps = Steps(Path(folder))
        outcome = steps.run("set-image", delivery_args(path="charts"), **{name: value})
        seen = value.replace("/", "-") if name == "branch" else value
        judge(steps, outcome, name, seen)
