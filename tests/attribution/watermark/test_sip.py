"""The keyed hash is SipHash-2-4, on arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.watermark.favoured import chances, favoured
from stillwatch.attribution.watermark.sip import absorb, begin, finish, key_words

KEY = bytes(range(16))
MASK = 2**64 - 1


def plain(key: bytes, message: bytes) -> int:
    """SipHash-2-4 on Python's integers, written from the paper's description."""

    def turned(word: int, by: int) -> int:
        return ((word << by) | (word >> (64 - by))) & MASK

    def stir(v: list[int]) -> None:
        for a, b, c, d in ((0, 1, 2, 3),):
            v[a] = (v[a] + v[b]) & MASK
            v[c] = (v[c] + v[d]) & MASK
            v[b] = turned(v[b], 13) ^ v[a]
            v[d] = turned(v[d], 16) ^ v[c]
            v[a] = turned(v[a], 32)
            v[c] = (v[c] + v[b]) & MASK
            v[a] = (v[a] + v[d]) & MASK
            v[b] = turned(v[b], 17) ^ v[c]
            v[d] = turned(v[d], 21) ^ v[a]
            v[c] = turned(v[c], 32)

    halves = [int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")] * 2
    names = (b"somepseu", b"dorandom", b"lygenera", b"tedbytes")
    v = [half ^ int.from_bytes(name, "big") for half, name in zip(halves, names, strict=True)]
    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= word
        stir(v)
        stir(v)
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(4):
        stir(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def hashed(key: bytes, message: bytes) -> int:
    """The same through the arrays."""
    zero = np.zeros(1, dtype=np.int64)
    state = begin(key_words(key), zero)
    whole = len(message) // 8 * 8
    for at in range(0, whole, 8):
        state = absorb(state, zero + int.from_bytes(message[at : at + 8], "little", signed=True))
    tail = int.from_bytes(message[whole:], "little")
    return int(finish(state, len(message), zero + tail)[0]) & MASK


def test_the_paper_s_example_comes_out() -> None:
    assert hashed(KEY, bytes(range(15))) == 0xA129CA6149BE45E5


@settings(deadline=None, max_examples=50)
@given(st.binary(min_size=16, max_size=16), st.binary(max_size=40))
def test_every_message_hashes_as_integers_do(key: bytes, message: bytes) -> None:
    assert hashed(key, message) == plain(key, message)


@settings(deadline=None, max_examples=50)
@given(
    st.binary(min_size=16, max_size=16),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
)
def test_a_chance_is_that_of_the_context_s_and_the_token_s_bytes(
    key: bytes, context: list[int], token: int
) -> None:
    before = b"".join(each.to_bytes(4, "little") for each in context)
    message = before + bytes(-len(before) % 8) + token.to_bytes(4, "little")
    found = chances(key_words(key), np.array([context], dtype=np.int64), np.array([token], dtype=np.int64))
    assert found[0] == (plain(key, message) >> 11) * 2.0**-53


def test_a_key_favours_the_share_it_should_and_two_keys_agree_by_chance_only() -> None:
    units = np.random.default_rng(1).integers(0, 50_000, (40_000, 2))
    one, other = (favoured(key, units, 0.25) for key in (KEY, bytes(16)))
    assert one.mean() == pytest.approx(0.25, abs=0.01)
    assert (one & other).mean() == pytest.approx(0.0625, abs=0.006)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        key_words(bytes(15))
