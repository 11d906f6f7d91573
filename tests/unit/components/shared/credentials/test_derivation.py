"""Values from the seed: the same for ever, and one tells nothing of another."""

import json
import re

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from components.shared.credentials.derivation import ALPHABET, Derivation

SEED = "AY3Z7MSjK2lYqZdcffcbRKjmixACLJY/SK8cpgKGb8A="
DERIVATION = Derivation(SEED, "gitops-bootstrap-dev")

names = st.text(max_size=20)
rotations = st.integers(min_value=0, max_value=4_102_444_800)


def test_a_key_is_hkdf_of_the_seed() -> None:
    info = json.dumps(["gitops-bootstrap-dev", "server key", 3]).encode()
    reference = HKDF(SHA256(), 32, b"gitops-bootstrap credentials 1", info).derive(SEED.encode())

    assert DERIVATION.key("server key", 3) == reference


def test_what_is_derived_never_changes() -> None:
    """Golden values: a change here rotates the credentials of every platform."""
    assert DERIVATION.key("a", 0, 8).hex() == "97490972617a117a"
    assert DERIVATION.text("a", 0, 12) == "ZCpCmiDuAHC9"
    assert DERIVATION.identifier("a", 0) == "97490972-617a-417a-b5d9-c87072686954"
    assert DERIVATION.mark("a", "b").hex()[:16] == "253d7ff49377bb77"


@given(
    st.tuples(names, names, names, rotations),
    st.tuples(names, names, names, rotations),
)
def test_no_two_purposes_share_a_key(
    one: tuple[str, str, str, int], other: tuple[str, str, str, int]
) -> None:
    keys = [Derivation(seed, scope).key(name, n) for seed, scope, name, n in (one, other)]

    assert (keys[0] == keys[1]) == (one == other)


@given(names, rotations, st.integers(min_value=1, max_value=64))
def test_a_text_has_its_length_and_is_easy_to_read(name: str, rotation: int, length: int) -> None:
    text = DERIVATION.text(name, rotation, length)

    assert len(text) == length
    assert set(text) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01lIoO")


def test_every_character_of_the_alphabet_is_about_as_likely() -> None:
    sample = "".join(DERIVATION.text("sample", n, 64) for n in range(200))
    counts = [sample.count(character) for character in ALPHABET]

    # 12800 characters: about 229 of each, give or take 15.
    assert min(counts) > 170
    assert max(counts) < 290


@given(names, rotations)
def test_an_identifier_is_a_uuid(name: str, rotation: int) -> None:
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

    assert re.fullmatch(form, DERIVATION.identifier(name, rotation))


def test_a_mark_depends_on_the_value_and_on_the_seed() -> None:
    other = Derivation(SEED[::-1], DERIVATION.scope)
    marks = {DERIVATION.mark("a", "b"), DERIVATION.mark("a", "c"), other.mark("a", "b")}

    assert len(marks) == 3


def test_the_seed_shows_in_no_representation() -> None:
    assert SEED not in f"{DERIVATION!r} {DERIVATION}"
