"""Argo CD's credentials: stable, in the form that it wants, and rotated one at a time."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import fields, replace
from typing import Any

import bcrypt
import pytest

from components.shared.credentials.argo_cd import (
    FIRST_DAY,
    ArgoCdCredentials,
    Choice,
    Choices,
    derive,
    issued_at,
)
from components.shared.credentials.derivation import Derivation

SEED = "AY3Z7MSjK2lYqZdcffcbRKjmixACLJY/SK8cpgKGb8A="
DERIVATION = Derivation(SEED, "gitops-bootstrap-dev")
NOW = 1_795_341_600
"""2026-11-22T10:00:00Z"""


def made(**choices: Choice) -> ArgoCdCredentials:
    return derive(DERIVATION, replace(Choices(), **choices))


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def test_the_credentials_never_change() -> None:
    """Golden values: a change here rotates the credentials of every platform."""
    assert {field.name: getattr(made(), field.name) for field in fields(ArgoCdCredentials)} == {
        "admin_password": "QQP8Yjf5tqXwdq2uje9PuU6iepPsfEWb",
        "redis_password": "qnZbr52BPYX2wcy7vTnFAhA3txGXVEgh",
        "server_key": "GU+R3aNxAC/i2kjNu47Ve1mQN8RxTLyzMCEyYHdBIns=",
        # As PyJWT 2.15.1 makes it.
        "ci_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJpc3MiOiJhcmdvY2QiLCJzdWIiOiJjaTphcGlLZXkiLCJpYXQiOjE3NjcyMjU2MDAsImp0aSI6IjkzMDBmYjlm"
        "LTA4MDMtNDc2Zi1hNTA1LTJhMzg3YjRjMWZmOSJ9.m2oFwXRLhs1WAG7JhM-nHfMmu_YZOTwJ0L2a8fScmCM",
        "secret_entries": {
            "server.secretkey": "GU+R3aNxAC/i2kjNu47Ve1mQN8RxTLyzMCEyYHdBIns=",
            "admin.password": "$2b$10$CGak3ZZ5HEG/ewRsFG27O.D/AIaTfGMINkZvyTpxGQghtuWsHeY0u",
            "admin.passwordMtime": "2026-01-01T00:00:00Z",
            "accounts.ci.tokens": (
                '[{"id":"9300fb9f-0803-476f-a505-2a387b4c1ff9","iat":1767225600}]'
            ),
        },
        "config_entries": {"accounts.ci": "apiKey"},
        "server_key_mark": "079704c579c52105",
        "redis_password_mark": "794df88a6b235d19",
    }


def test_the_hash_is_the_passwords_in_the_form_that_argo_cd_takes() -> None:
    credentials = made()
    hashed = credentials.secret_entries["admin.password"]

    assert re.fullmatch(r"\$2[ab]\$10\$[./A-Za-z0-9]{53}", hashed)
    assert bcrypt.checkpw((credentials.admin_password or "").encode(), hashed.encode())


def test_two_passwords_have_two_salts() -> None:
    hashes = [
        made(admin=Choice(value=value)).secret_entries["admin.password"]
        for value in ("correct horse", "battery staple")
    ]

    assert len({hashed[:29] for hashed in hashes}) == 2


def test_the_token_is_signed_with_the_server_key_and_on_argo_cds_list() -> None:
    credentials = made(server_key=Choice(value="k" * 40), ci=Choice(rotation=7))
    token = credentials.ci_token or ""
    signed, _, signature = token.rpartition(".")
    expected = hmac.digest(b"k" * 40, signed.encode(), hashlib.sha256)
    (listed,) = json.loads(credentials.secret_entries["accounts.ci.tokens"])

    assert base64.urlsafe_b64encode(expected).decode().rstrip("=") == signature
    assert claims(token) == {
        "iss": "argocd",
        "sub": "ci:apiKey",
        "iat": listed["iat"],
        "jti": listed["id"],
    }


def parts(credentials: ArgoCdCredentials) -> dict[str, Any]:
    """Return everything that is stored or used, by name; of the token what is not the signature."""
    values = {f.name: getattr(credentials, f.name) for f in fields(credentials)}
    values |= {"ci_token": claims(values["ci_token"])}
    return {**values.pop("secret_entries"), **values.pop("config_entries"), **values}


@pytest.mark.parametrize(
    "credential, changed",
    [
        ("admin", {"admin_password", "admin.password"}),
        ("server_key", {"server_key", "server.secretkey", "server_key_mark"}),
        ("redis", {"redis_password", "redis_password_mark"}),
        ("ci", {"ci_token", "accounts.ci.tokens"}),
    ],
)
@pytest.mark.parametrize("rotation", [1, 20], ids=["next", "later"])
def test_a_counter_rotates_exactly_its_credential(
    credential: str, changed: set[str], rotation: int
) -> None:
    before, after = parts(made()), parts(made(**{credential: Choice(rotation=rotation)}))

    assert {name for name in before if before[name] != after[name]} == changed


def test_another_server_key_signs_another_token() -> None:
    assert made().ci_token != made(server_key=Choice(rotation=1)).ci_token


def test_a_counter_that_is_a_time_ends_the_sessions_before_it() -> None:
    entries = made(admin=Choice(rotation=NOW), ci=Choice(rotation=NOW)).secret_entries

    assert entries["admin.passwordMtime"] == "2026-11-22T10:00:00Z"
    assert json.loads(entries["accounts.ci.tokens"])[0]["iat"] == NOW
    assert issued_at(3) == FIRST_DAY


def test_without_an_admin_there_is_no_password_and_no_login() -> None:
    credentials = made(admin=Choice(enabled=False))

    assert credentials.admin_password is None
    assert not {key for key in credentials.secret_entries if key.startswith("admin.")}
    assert credentials.config_entries == {"admin.enabled": "false", "accounts.ci": "apiKey"}


def test_without_the_ci_account_there_is_no_token() -> None:
    credentials = made(ci=Choice(enabled=False))

    assert credentials.ci_token is None
    assert "accounts.ci.tokens" not in credentials.secret_entries
    assert credentials.config_entries == {}


def test_a_given_value_is_used_as_it_is() -> None:
    given = made(
        admin=Choice(value="my own password"),
        server_key=Choice(value="s" * 32),
        redis=Choice(value="r" * 16),
    )

    assert given.admin_password == "my own password"  # noqa: S105
    assert bcrypt.checkpw(b"my own password", given.secret_entries["admin.password"].encode())
    assert given.secret_entries["server.secretkey"] == "s" * 32
    assert given.redis_password == "r" * 16


def test_no_representation_shows_a_credential() -> None:
    credentials = made(admin=Choice(value="my own password"))
    shown = f"{credentials!r} {Choice(value='my own password')!r}"
    stored = {v for k, v in credentials.secret_entries.items() if k != "admin.passwordMtime"}
    secrets = {credentials.admin_password, credentials.redis_password, credentials.ci_token}

    assert not [value for value in stored | secrets if str(value) in shown]
