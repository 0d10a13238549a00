"""What the walk over a prompt knows while it walks: running hashes, kept grams, longest clauses, counts."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from stillwatch.traffic.kernel import inlined, kernel

BINS: Final = 16
MAX_GRAMS: Final = 128
MAX_CLAUSES: Final = 6
MIN_CLAUSE_WORDS: Final = 4
LEXICON_SLOTS: Final = 8192
ENDING_WORDS: Final = 1024  # 64 bits each: small enough for the fastest cache
SIZE_PLACES: Final = 1 << 16
MAX_PHRASE_WORDS: Final = 4

# Places in the counts row of one exchange.
CHARS, WORDS, CLAUSES, LINES, DIGITS, CJK, CYRILLIC, ARABIC, DEVANAGARI = range(9)
QUESTIONS, BACKTICKS, BRACES, LIST_LINES, SOLICITED, MESSAGES, USER_MESSAGES, COERCION = range(9, 17)
COUNTS: Final = 17
"""``COERCION`` counts points, see `traffic.coercion`."""

# Places in the scratch: the last word, the grams of two and three that end with it, the gram of three before it, and
# running hashes.
ONE, TWO, THREE, BEFORE, CLAUSE, CHAIN, LAYOUT, LIMIT = range(8)
HASHES: Final = 8
IN_CLAUSE, N_GRAMS, ROLES, STRONGEST, SECOND = range(5)
TALLIES: Final = 5
KIND_BITS: Final = 12  # what a phrase stands for: kinds of answers in the low bits, roles in a sentence above
ROLE_BITS: Final = 12

PRIME = np.uint64(0x100000001B3)
ZERO = np.uint64(0)


class Lexicon(NamedTuple):
    """Phrases to look for.

    Attributes:
        endings: uint64 (``ENDING_WORDS``): a bit for each word hash that a phrase ends with.
        sizes: uint8 (``SIZE_PLACES``): a bit for each number of words that phrases with this last word have.
        keys: uint64 (``LEXICON_SLOTS``): phrase hashes, open addressing.
        bits: uint32 (``LEXICON_SLOTS``): what each phrase stands for.
        points: uint8 (2 ** ``ROLE_BITS``): what a sentence with these roles counts as a demand for hidden reasoning.
    """

    endings: Any
    sizes: Any
    keys: Any
    bits: Any
    points: Any


class Scratch(NamedTuple):
    """What is known of one exchange while its texts are walked.

    Attributes:
        hashes: uint64 (``HASHES``): running hashes, by the names above.
        tallies: int64 (``TALLIES``): words in the clause, grams kept, roles in the sentence, points of the two
            sentences with most.
        grams: uint64 (``MAX_GRAMS``): grams kept, in the order of the text.
        clause_hash: uint64 (``MAX_CLAUSES``): the longest clauses.
        clause_len: int64 (``MAX_CLAUSES``): how many words each has.
        mins: uint64 (``BINS``): smallest hash of each bin.
    """

    hashes: Any
    tallies: Any
    grams: Any
    clause_hash: Any
    clause_len: Any
    mins: Any


def new_scratch() -> Scratch:
    """Room for one exchange; `reset` makes it ready."""
    return Scratch(
        np.zeros(HASHES, dtype=np.uint64),
        np.zeros(TALLIES, dtype=np.int64),
        np.zeros(MAX_GRAMS, dtype=np.uint64),
        np.zeros(MAX_CLAUSES, dtype=np.uint64),
        np.zeros(MAX_CLAUSES, dtype=np.int64),
        np.zeros(BINS, dtype=np.uint64),
    )


@kernel
def reset(scratch: Scratch, limit: Any) -> None:
    """Make the scratch ready for the next exchange, which keeps grams below ``limit``."""
    scratch.hashes[:] = ZERO
    scratch.hashes[LIMIT] = limit
    scratch.tallies[:] = 0
    scratch.clause_hash[:] = ZERO
    scratch.clause_len[:] = 0
    scratch.mins[:] = np.uint64(0xFFFFFFFFFFFFFFFF)


@inlined
def mix(a: Any, b: Any) -> Any:
    """Two hashes made one, every bit of it from every bit of both."""
    x = (a * np.uint64(0x9E3779B97F4A7C15)) ^ b
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(32)
    return x
