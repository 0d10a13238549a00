"""Keyed MinHash: how much wording two prompts have in common, for whoever holds the forum's key and nobody else.

Each run of three words is hashed with keyed BLAKE2b (a MAC, RFC 7693) under a key that only members have; from each
hash 64 orders are drawn, and the smallest of each is a slot. The share of equal slots estimates the Jaccard
similarity of the two sets (Broder, 1997). Without the key a guess at the wording cannot be tested, which an unkeyed
signature would allow.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.sharing.matching.values import SIGNATURE_BYTES, SLOTS

if TYPE_CHECKING:
    from collections.abc import Collection

THRESHOLD: Final = 0.3
"""Signatures at least this similar are of one template; `make bench NAME=matching` says how well that tells."""

KEY_BYTES: Final = 32
_MOST_WORDS: Final = 4096
# Scripts written without spaces have no words to find: each character counts as one.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORDS: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+", re.UNICODE)
_MIX: Final = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_DIGITS: Final = re.compile(r"\d+")


def shingles(text: str) -> set[str]:
    """The runs of three words of a text: case, width and invisible characters folded away, a number counts as a number.

    Only the first 4,096 words are looked at.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = (
        "".join(c for c in folded if unicodedata.category(c) != "Cf") if not folded.isascii() else folded
    )
    words = _WORDS.findall(_DIGITS.sub("0", visible))[:_MOST_WORDS]
    return {" ".join(run) for run in zip(words, words[1:], words[2:], strict=False)}


class Hasher:
    """Makes signatures under one key.

    Args:
        key: 32 secret bytes, the same for all members within an epoch.

    Raises:
        ValueError: the key has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, {KEY_BYTES} are needed")
        self._keyed = hashlib.blake2b(digest_size=8, key=key, person=b"shingle")
        orders = hashlib.blake2b(digest_size=64, key=key, person=b"orders").digest()
        seeds = hashlib.shake_256(orders).digest(8 * SLOTS)
        self._seeds = np.frombuffer(seeds, dtype="<u8")[:, None]

    def signature(self, text: str) -> bytes | None:
        """The signature of a text: 256 bytes; None where it has fewer than three words."""
        return self.of(shingles(text))

    def of(self, runs: Collection[str]) -> bytes | None:
        """The signature of a set of shingles; None where it is empty."""
        if not runs:
            return None
        hashed = []
        for run in runs:
            one = self._keyed.copy()  # half the price of setting the key anew
            one.update(run.encode())
            hashed.append(one.digest())
        smallest = _mixed(np.frombuffer(b"".join(hashed), dtype="<u8")[None, :] ^ self._seeds).min(axis=1)
        return bytes((smallest >> np.uint64(32)).astype(">u4").tobytes())


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity of what two signatures were made of, 0 to 1 in steps of 1/64.

    Raises:
        ValueError: one of them is no signature.
    """
    if not len(one) == len(other) == SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
    return float(np.count_nonzero(slots(one) == slots(other)) / SLOTS)


def slots(signature: bytes) -> Any:
    """A signature as an array: uint32 (64)."""
    return np.frombuffer(signature, dtype=">u4")


def _mixed(x: Any) -> Any:
    """Each 64-bit number mixed in place so that its upper half depends on every bit (the finaliser of SplitMix64)."""
    for shift, factor in _MIX:
        x ^= x >> shift
        x *= factor
    return x
