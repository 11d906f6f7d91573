"""What credentials need: a seed nobody can guess, values that can be used, one switch each."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.secrets import ENCRYPTED
from stack.rules.credentials import is_random
from tests.unit.stack.helpers import load, nested, problems, refusal

GOOD = "AY3Z7MSjK2lYqZdcffcbRKjmixACLJY/SK8cpgKGb8A="
COMMAND = "openssl rand -base64 32 | pulumi config set --secret --path 'secrets.credentialsSeed'"


def test_a_missing_seed_is_reported_with_the_one_command_that_sets_it() -> None:
    found = problems({"argoCd": {"version": "latest"}, "crds": {"retain": 5}}, seeded=False)

    assert list(found) == ["argoCd.version", "crds.retain", "secrets.credentialsSeed"]
    assert found["secrets.credentialsSeed"] == (
        "not set, and the credentials of Argo CD are derived from it; allowed: 32 characters or "
        f"more, at random, without spaces. Fix: {COMMAND}"
    )


def test_a_preview_needs_the_seed_too() -> None:
    assert list(problems({}, seeded=False, dry_run=True)) == ["secrets.credentialsSeed"]


@pytest.mark.parametrize("argo_cd", [{"enabled": False}, {"mode": "existing"}])
def test_without_an_argo_cd_of_ones_own_no_seed_is_needed(argo_cd: dict[str, object]) -> None:
    assert load({"argoCd": argo_cd}, seeded=False).secrets == {}


def test_the_credentials_of_somebody_elses_argo_cd_are_not_ours_to_set() -> None:
    sections = {"argoCd": {"mode": "existing"}, "credentials": {"serverKey": {"rotation": 1}}}

    assert "has no effect" in problems(sections)["credentials.serverKey"]


@pytest.mark.parametrize(
    "seed",
    [
        "short-but-mixed-A1b2C3d4",
        "a" * 64,
        "hunter2" * 8,
        "0123456789abcdef" * 4,
        f"{GOOD}\n",
        "correct horse battery staple and more words",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
        ENCRYPTED,
    ],
    ids=[
        "short",
        "one-character",
        "repeated-word",
        "repeated-digits",
        "newline",
        "spaces",
        "monotonous",
        "the-placeholder",
    ],
)
def test_a_seed_that_can_be_guessed_is_refused_without_being_shown(seed: str) -> None:
    text = refusal({"secrets": {"credentialsSeed": seed}}, secret=["secrets"])

    assert "secrets.credentialsSeed: [secret] is not allowed" in text
    assert seed.strip() not in text


@given(st.randoms(use_true_random=False), st.sampled_from([32, 44, 64, 100]))
def test_what_a_generator_makes_is_taken(source: random.Random, length: int) -> None:
    base64 = string.ascii_letters + string.digits + "+/"
    rng = random.Random(source.getrandbits(64))  # noqa: S311 - no seed of anything

    assert is_random("".join(rng.choice(base64) for _ in range(length)))
    assert is_random("".join(rng.choice("0123456789abcdef") for _ in range(length + 8)))


@pytest.mark.parametrize(
    "setting, good, bad",
    [
        ("credentials.admin.passwordFrom", "twelve bytes", "elevenbytes"),
        ("credentials.admin.passwordFrom", "é" * 36, "é" * 37),
        ("credentials.admin.passwordFrom", "with spaces inside", "with a newline\n"),
        ("credentials.serverKey.valueFrom", GOOD, "hunter2-hunter2"),
        ("credentials.redis.passwordFrom", "a" * 16, "a" * 15),
        ("credentials.redis.passwordFrom", "aB3-_" * 25, 'sixteen "quoted" $HOME'),
    ],
    ids=["short", "bcrypt-limit", "newline", "guessable-key", "short-redis", "redis-characters"],
)
def test_a_value_of_ones_own_must_be_usable(setting: str, good: str, bad: str) -> None:
    sections = nested(setting, "mine")
    secrets = {"credentialsSeed": GOOD}
    text = refusal({**sections, "secrets": {**secrets, "mine": bad}}, secret=["secrets"])

    assert load({**sections, "secrets": {**secrets, "mine": good}}, secret=["secrets"])
    assert "secrets.mine: [secret] is not allowed; allowed: " in text
    assert "Fix: pulumi config set --secret --path 'secrets.mine'" in text
    assert bad not in text


def test_a_value_that_is_still_encrypted_is_not_judged() -> None:
    encrypted = {"mine": {"secure": "v1:abc"}}

    assert load({"credentials": {"redis": {"passwordFrom": "mine"}}, "secrets": encrypted})


def test_a_value_of_ones_own_must_exist() -> None:
    found = problems({"credentials": {"admin": {"passwordFrom": "mine"}}})

    assert 'there is no secret "mine"' in found["credentials.admin.passwordFrom"]


@pytest.mark.parametrize(
    "rotation, allowed",
    [(0, True), (1_795_341_600, True), (-1, False), (1_795_341_600_000, False), ("1", False)],
    ids=["first", "seconds", "negative", "milliseconds", "text"],
)
def test_a_counter_is_a_number_or_a_time_in_seconds(rotation: object, allowed: bool) -> None:
    sections = {"credentials": {"admin": {"rotation": rotation}}}

    if allowed:
        assert load(sections).credentials.admin.rotation == rotation
    else:
        assert list(problems(sections)) == ["credentials.admin.rotation"]


@pytest.mark.parametrize("entry", ["admin.enabled", "accounts.ci", "accounts.ci.enabled"])
def test_what_the_credentials_write_is_not_set_beside_them(entry: str) -> None:
    (key,) = found = problems({"argoCd": {"config": {entry: "true"}}})

    assert key == f'argoCd.config["{entry}"]'
    assert "is its switch" in found[key]
    assert f"Fix: pulumi config rm --path '{key}'" in found[key]
