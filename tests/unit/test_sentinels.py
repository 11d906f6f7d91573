"""The search for secret values finds them, or the tests that search prove nothing."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sentinels import GIVEN, SEED, leaks

VALUES = {"seed": SEED, **GIVEN}


@given(st.sampled_from(sorted(VALUES)), st.binary(max_size=9), st.binary(max_size=9))
def test_a_value_is_found_in_base64_wherever_it_stands(
    name: str, before: bytes, after: bytes
) -> None:
    text = base64.b64encode(before + VALUES[name].encode() + after).decode()

    assert name in leaks(text, VALUES)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_value_is_found_as_text_and_in_json(name: str) -> None:
    assert leaks(f"password={VALUES[name]}!", VALUES) == {name}
    assert leaks(json.dumps({"a": [VALUES[name]]}), VALUES) == {name}


def test_other_text_holds_none() -> None:
    assert leaks("Sentinel-seed and Sentinel-admin", VALUES) == set()
    assert leaks('a "quoted" \\ value', {"x": 'another "quoted" \\ value'}) == set()
