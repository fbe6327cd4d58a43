"""A named key's form: what is one, what is not, and the hash that stands for it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.accounts.key_format import ALPHABET, PREFIX, checksum, hash_of, is_well_formed

bodies = st.text(ALPHABET, min_size=43, max_size=43).map(PREFIX.__add__)
KEY = "cs-" + "a" * 43 + checksum("cs-" + "a" * 43)


@given(bodies)
def test_a_key_is_its_prefix_its_random_part_and_their_checksum(body: str) -> None:
    key = body + checksum(body)
    assert is_well_formed(key)
    assert len(key) == 52


@given(bodies, st.integers(0, 51), st.sampled_from(ALPHABET))
def test_a_key_with_one_wrong_character_is_none(body: str, place: int, other: str) -> None:
    key = body + checksum(body)
    wrong = key[:place] + other + key[place + 1 :]
    assert is_well_formed(wrong) == (wrong == key)


@pytest.mark.parametrize(
    "key", ["", "cs-", KEY[:-1], KEY + "0", KEY[3:], KEY.upper(), KEY + "\n", f" {KEY}", "ключ"]
)
def test_what_has_another_form_is_none(key: str) -> None:
    assert is_well_formed(KEY)
    assert not is_well_formed(key)


def test_the_alphabet_has_each_letter_and_digit_once() -> None:
    assert sorted(ALPHABET) == sorted(string.ascii_letters + string.digits)


def test_the_checksum_is_a_crc32_in_base_62() -> None:
    """Fixed, as keys that people hold must not become ill-formed."""
    assert checksum("cs-" + "a" * 43) == "2SneNQ"


def test_the_hash_is_sha_256() -> None:
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
