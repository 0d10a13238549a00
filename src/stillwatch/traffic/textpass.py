"""The text pass: one compiled walk over each prompt that leaves hashes and counts, never words.

Per exchange it yields

* keyed hashes of word 2- and 3-grams within clauses, thinned to a fixed share (`walk`);
* the keyed hashes of its longest clauses, digits included, which is what tells work splitting from repetition;
* a MinHash of the word 3-grams;
* which kinds of training-shaped answers it asks for (`solicitation`), the layout of its lines, and small counts.

Hashes are keyed 64-bit mixes: they hide words from whoever lacks the key, and they never leave the lab as they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from stillwatch.traffic.json_walk import ARRAY, ESCAPED, STRING, next_token, string_end
from stillwatch.traffic.kernel import kernel
from stillwatch.traffic.prompts import SYSTEM, next_message, next_part
from stillwatch.traffic.scratch import (
    BINS,
    CHAIN,
    COERCION,
    COUNTS,
    LAYOUT,
    MAX_CLAUSES,
    MAX_GRAMS,
    MESSAGES,
    N_GRAMS,
    SECOND,
    STRONGEST,
    USER_MESSAGES,
    Lexicon,
    Scratch,
    mix,
    reset,
)
from stillwatch.traffic.walk import walk_text


class Sketches(NamedTuple):
    """What the pass leaves of a block's exchanges.

    Attributes:
        grams: uint64: kept grams of all rows.
        gram_offsets: int32 (rows + 1).
        clauses: uint64: longest clauses of all rows.
        clause_offsets: int32 (rows + 1).
        minhash: uint16 (rows, ``BINS``): 0xFFFF where a bin is empty.
        counts: uint32 (rows, ``COUNTS``).
        system: uint64 (rows): hash of the system prompt, 0 where there is none.
        layout: uint64 (rows): hash of the run of line kinds, 0 where there is no text.
    """

    grams: Any
    gram_offsets: Any
    clauses: Any
    clause_offsets: Any
    minhash: Any
    counts: Any
    system: Any
    layout: Any


def room_for(rows: int) -> Sketches:
    """Arrays for so many exchanges."""
    return Sketches(
        np.empty(rows * MAX_GRAMS, dtype=np.uint64),
        np.zeros(rows + 1, dtype=np.int32),
        np.empty(rows * MAX_CLAUSES, dtype=np.uint64),
        np.zeros(rows + 1, dtype=np.int32),
        np.empty((rows, BINS), dtype=np.uint16),
        np.zeros((rows, COUNTS), dtype=np.uint32),
        np.zeros(rows, dtype=np.uint64),
        np.zeros(rows, dtype=np.uint64),
    )


@kernel
def _walk_message(
    buf: Any, words: Any, i: int, n: int, kind: int, key: Any, lexicon: Lexicon, scratch: Scratch, counts: Any
) -> None:
    """Walk the texts of one message's content."""
    if kind in (STRING, ESCAPED):
        end, _, _ = string_end(buf, words, i + 1, n)
        if end > i + 1:  # an empty content is as none
            walk_text(buf, words, i + 1, end, key, lexicon, scratch, counts)
    elif kind == ARRAY:
        i = next_token(buf, i + 1)
        while buf[i] != 93:
            begin, end, i = next_part(buf, words, i, n)
            if end > begin:
                walk_text(buf, words, begin, end, key, lexicon, scratch, counts)


@kernel
def _walk_prompt(
    buf: Any,
    words: Any,
    i: int,
    n: int,
    found: Any,
    key: Any,
    lexicon: Lexicon,
    scratch: Scratch,
    counts: Any,
) -> Any:
    """Walk system prompts and the first and last thing the user said: a long history repeats what was sketched.

    Returns:
        Hash of the system prompts' words, 0 where there are none.
    """
    counts[MESSAGES] = found[0]
    counts[USER_MESSAGES] = found[1]
    system = np.uint64(0)
    i = next_token(buf, i + 1)
    for number in range(found[0]):
        who, content, kind, i = next_message(buf, words, i, n)
        if who == SYSTEM:
            scratch.hashes[CHAIN] = system
            _walk_message(buf, words, content, n, kind, key, lexicon, scratch, counts)
            system = scratch.hashes[CHAIN]
        elif number == found[2] or number == found[3]:
            _walk_message(buf, words, content, n, kind, key, lexicon, scratch, counts)
    return system


@kernel
def sketch_rows(
    buf: Any,
    words: Any,
    begins: Any,
    ends: Any,
    surveys: Any,
    key: Any,
    final_key: Any,
    limit: Any,
    lexicon: Lexicon,
    scratch: Scratch,
    out: Sketches,
) -> None:
    """Sketch the messages of each exchange of a block.

    Args:
        buf: uint8 block.
        words: the whole 64-bit words of the same memory.
        begins: int32 (rows): start of the messages array.
        ends: int32 (rows): its end.
        surveys: int32 (rows, 4): what `prompts.survey` found in it.
        key: uint64, seed of the word hashes.
        final_key: uint64, re-keys what is kept.
        limit: uint64, keep a gram whose hash lies below.
        lexicon: solicitation phrases.
        scratch: room for one exchange.
        out: where the sketches go.
    """
    empty = np.uint64(0xFFFFFFFFFFFFFFFF)
    zero = np.uint64(0)
    gram_at = 0
    clause_at = 0
    for row in range(begins.size):
        reset(scratch, limit)
        system = _walk_prompt(
            buf, words, begins[row], ends[row], surveys[row], key, lexicon, scratch, out.counts[row]
        )
        out.counts[row, COERCION] = scratch.tallies[STRONGEST] + scratch.tallies[SECOND] // 2
        for k in range(scratch.tallies[N_GRAMS]):
            out.grams[gram_at] = mix(final_key, scratch.grams[k])
            gram_at += 1
        for k in range(MAX_CLAUSES):
            if scratch.clause_len[k] > 0:
                out.clauses[clause_at] = mix(final_key, scratch.clause_hash[k])
                clause_at += 1
        out.gram_offsets[row + 1] = gram_at
        out.clause_offsets[row + 1] = clause_at
        for k in range(BINS):
            smallest = scratch.mins[k]
            out.minhash[row, k] = 0xFFFF if smallest == empty else np.uint16(smallest & np.uint64(0xFFFF))
        out.system[row] = zero if system == zero else mix(final_key, system)
        out.layout[row] = scratch.hashes[LAYOUT]
