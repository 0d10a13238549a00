"""The walk over one text: from characters to words, from words to hashes.

Word hashes are keyed; grams are mixes of the hashes of two or three words that follow each other within a clause.
Which grams are kept is decided by the hash itself, so that every prompt keeps or drops the same ones (FracMinHash;
Irber et al. 2022, doi:10.1101/2022.01.11.475838). The MinHash is of one permutation (Li, Owen and Zhang 2012,
arXiv 1208.1259).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.traffic.eight_letters import BASE, POWERS, as_number, eight_bytes, letters_first
from stillwatch.traffic.kernel import at, inlined, kernel
from stillwatch.traffic.letters import (
    BREAK,
    DIGIT,
    ESCAPE,
    GAP,
    LETTER,
    SKIP,
    classify,
    decode,
    is_ideograph,
    plain_kind,
    plain_letter,
)
from stillwatch.traffic.scratch import (
    ARABIC,
    BACKTICKS,
    BEFORE,
    BRACES,
    CHAIN,
    CHARS,
    CJK,
    CLAUSE,
    CLAUSES,
    COUNTS,
    CYRILLIC,
    DEVANAGARI,
    DIGITS,
    ENDING_WORDS,
    IN_CLAUSE,
    KIND_BITS,
    LAYOUT,
    LEXICON_SLOTS,
    LIMIT,
    LINES,
    LIST_LINES,
    MAX_CLAUSES,
    MAX_GRAMS,
    MAX_PHRASE_WORDS,
    MIN_CLAUSE_WORDS,
    N_GRAMS,
    ONE,
    PRIME,
    QUESTIONS,
    ROLES,
    SECOND,
    SIZE_PLACES,
    SOLICITED,
    STRONGEST,
    THREE,
    TWO,
    WORDS,
    ZERO,
    Lexicon,
    Scratch,
    mix,
    new_scratch,
    reset,
)


@inlined
def _ends_phrase(lexicon: Lexicon, w: Any) -> bool:
    place = w & np.uint64(ENDING_WORDS - 1)
    return bool((lexicon.endings[place] >> ((w >> np.uint64(10)) & np.uint64(63))) & np.uint64(1))


@inlined
def _size_place(w: Any) -> Any:
    return (w >> np.uint64(16)) & np.uint64(SIZE_PLACES - 1)


@inlined
def mark_ending(lexicon: Lexicon, w: Any, size: int) -> None:
    """Note that a phrase of so many words ends with a word, by its hash."""
    place = np.int64(w & np.uint64(ENDING_WORDS - 1))
    lexicon.endings[place] |= np.uint64(1) << ((w >> np.uint64(10)) & np.uint64(63))
    lexicon.sizes[np.int64(_size_place(w))] |= np.uint8(1 << size)


@kernel
def _last_words(hashes: Any, size: int) -> Any:
    """Hash of the last one to four words."""
    if size <= 3:
        return hashes[size - 1]
    return mix(hashes[BEFORE], hashes[ONE])


@kernel
def _solicited(lexicon: Lexicon, scratch: Scratch) -> int:
    """What the phrases that end with the last word stand for."""
    found = 0
    sizes = lexicon.sizes[_size_place(scratch.hashes[ONE])]
    for size in range(1, min(scratch.tallies[IN_CLAUSE], MAX_PHRASE_WORDS) + 1):
        if not (sizes >> size) & 1:
            continue
        gram = _last_words(scratch.hashes, size)
        slot = np.int64(gram & np.uint64(LEXICON_SLOTS - 1))
        while lexicon.keys[slot] != ZERO:
            if lexicon.keys[slot] == gram:
                found |= int(lexicon.bits[slot])
            slot = (slot + 1) & (LEXICON_SLOTS - 1)
    return found


@kernel
def _thin(scratch: Scratch) -> None:
    """Make room where a prompt has too many grams: each once, and then only those below half the limit."""
    n = 0
    for k in range(scratch.tallies[N_GRAMS]):
        known = False
        for j in range(n):
            known = known or scratch.grams[j] == scratch.grams[k]
        if not known:
            scratch.grams[n] = scratch.grams[k]
            n += 1
    while n * 4 > MAX_GRAMS * 3:
        scratch.hashes[LIMIT] >>= np.uint64(1)
        kept = 0
        for k in range(n):
            if scratch.grams[k] < scratch.hashes[LIMIT]:
                scratch.grams[kept] = scratch.grams[k]
                kept += 1
        n = kept
    scratch.tallies[N_GRAMS] = n


@inlined
def _take_word(word: Any, key: Any, lexicon: Lexicon, scratch: Scratch, counts: Any) -> None:
    """Take a finished word into the running hashes, the grams, the MinHash and the look-out for phrases."""
    hashes = scratch.hashes
    w = (word ^ key) * PRIME
    w ^= w >> np.uint64(31)
    counts[WORDS] += 1
    clause = (hashes[CLAUSE] ^ w) * PRIME
    hashes[CLAUSE] = clause ^ (clause >> np.uint64(33))
    chain = (hashes[CHAIN] ^ w) * PRIME
    hashes[CHAIN] = chain ^ (chain >> np.uint64(33))
    in_clause = scratch.tallies[IN_CLAUSE] + 1
    scratch.tallies[IN_CLAUSE] = in_clause
    # A gram is the one of a word less before it, mixed with the word: two mixes do for all sizes.
    three = mix(hashes[TWO], w)
    two = mix(hashes[ONE], w)
    hashes[BEFORE] = hashes[THREE]
    hashes[THREE] = three
    hashes[TWO] = two
    hashes[ONE] = w
    if _ends_phrase(lexicon, w):
        found = _solicited(lexicon, scratch)
        counts[SOLICITED] |= found & ((1 << KIND_BITS) - 1)
        scratch.tallies[ROLES] |= found >> KIND_BITS
    if in_clause >= 2:
        n = np.uint64(scratch.tallies[N_GRAMS])
        scratch.grams[n] = two  # written first and counted only if it is kept: a coin toss is no good branch
        n += np.uint64(two < hashes[LIMIT])
        if in_clause >= 3:
            scratch.grams[n] = three
            n += np.uint64(three < hashes[LIMIT])
            low = three * np.uint64(0xC2B2AE3D27D4EB4F)
            place = low >> np.uint64(60)
            low &= np.uint64(0x0FFFFFFFFFFFFFFF)
            scratch.mins[place] = min(scratch.mins[place], low)
        scratch.tallies[N_GRAMS] = n
        if n > np.uint64(MAX_GRAMS - 2):
            _thin(scratch)


@inlined
def _end_clause(key: Any, scratch: Scratch, counts: Any) -> None:
    """Keep the clause where it is among the longest, and begin the next."""
    words = scratch.tallies[IN_CLAUSE]
    clause = scratch.hashes[CLAUSE]
    if words >= 1:
        counts[CLAUSES] += 1
    if words >= MIN_CLAUSE_WORDS:
        smallest = 0
        for k in range(MAX_CLAUSES):
            if scratch.clause_hash[k] == clause:
                smallest = -1
                break
            if scratch.clause_len[k] < scratch.clause_len[smallest]:
                smallest = k
        if smallest >= 0 and words > scratch.clause_len[smallest]:
            scratch.clause_hash[smallest] = clause
            scratch.clause_len[smallest] = words
    scratch.tallies[IN_CLAUSE] = 0
    scratch.hashes[CLAUSE] = key


@kernel
def _end_sentence(lexicon: Lexicon, scratch: Scratch) -> None:
    """Weigh the roles of the sentence where it is among the two with most points, and begin the next."""
    points = np.int64(lexicon.points[scratch.tallies[ROLES]])
    if points > scratch.tallies[STRONGEST]:
        scratch.tallies[SECOND] = scratch.tallies[STRONGEST]
        scratch.tallies[STRONGEST] = points
    elif points > scratch.tallies[SECOND]:
        scratch.tallies[SECOND] = points
    scratch.tallies[ROLES] = 0


@inlined
def _is_sentence_end(cp: int) -> bool:
    """Whether a break ends a sentence and not only a clause."""
    return cp == 10 or cp == 46 or cp == 33 or cp == 63 or cp == 0x3002 or cp == 0x964 or cp == 0x61F


@kernel
def _count_script(cp: int, counts: Any) -> None:
    """Count a letter beyond ASCII for the script it belongs to."""
    if 0x400 <= cp <= 0x52F:
        counts[CYRILLIC] += 1
    elif 0x600 <= cp <= 0x6FF:
        counts[ARABIC] += 1
    elif 0x900 <= cp <= 0x97F:
        counts[DEVANAGARI] += 1


@kernel
def _count_mark(cp: int, counts: Any) -> None:
    """Count the marks that say something about a text's kind."""
    if cp == 63 or cp == 0x61F or cp == 0x37E:
        counts[QUESTIONS] += 1
    elif cp == 123:
        counts[BRACES] += 1
    elif cp == 96:
        counts[BACKTICKS] += 1


@inlined
def _line_kind(cp: int) -> int:
    """What kind of line begins so: 1 text, 2 bullet, 3 numbered, 4 heading, 5 code, 6 data, 7 table, 8 tag."""
    if cp == 45 or cp == 42 or cp == 0x2022:
        return 2
    if 48 <= cp <= 57:
        return 3
    if cp == 35:
        return 4
    if cp == 96:
        return 5
    if cp == 123 or cp == 91:
        return 6
    if cp == 124:
        return 7
    if cp == 60:
        return 8
    return 1


@kernel
def walk_text(
    buf: Any, words: Any, i: int, end: int, key: Any, lexicon: Lexicon, scratch: Scratch, counts: Any
) -> None:
    """Walk one text, as it stands in a checked JSON string, and add to the scratch and the counts.

    Args:
        buf: uint8, where the text is.
        words: the whole 64-bit words of the same memory; as many as there are may be missing at its end.
        i: its first byte.
        end: after its last byte.
        key: uint64, seed of the word hashes.
        lexicon: phrases to look for.
        scratch: what is known of the exchange.
        counts: uint32 (``COUNTS``).
    """
    word = ZERO  # letters as digits of a number to the base 257; a run of digits counts as one letter
    in_word = False
    last_digit = False
    line_fresh = True
    last_line = 0
    chars = 0
    scratch.tallies[IN_CLAUSE] = 0
    scratch.hashes[CLAUSE] = key
    while i <= end:
        begin = i
        if not line_fresh:
            while i + 8 <= end and np.uint64(i >> 3) + np.uint64(1) < np.uint64(words.size):
                eight = eight_bytes(words, i)
                run = letters_first(eight)
                word = word * POWERS[run] + as_number(eight, run)
                i += run
                if run < 8:
                    break
            while i < end:
                letter = plain_letter(at(buf, i))
                if letter == 0:
                    break
                word = word * BASE + np.uint64(letter)
                i += 1
        if i > begin:
            chars += i - begin
            in_word = True
            last_digit = False
        if i == end:
            kind = BREAK
            cp = 10
            i += 1
        else:
            chars += 1
            kind = int(plain_kind(at(buf, i)))
            if kind == ESCAPE:
                cp, i = decode(buf, i, end)
                kind, cp = classify(cp)
            else:
                cp = int(at(buf, i))
                if kind == LETTER:
                    cp = int(plain_letter(cp))
                i += 1
        if line_fresh and cp > 32 and (kind != SKIP or cp < 128):
            line_fresh = False
            line = _line_kind(cp)
            if line == 2 or line == 3:
                counts[LIST_LINES] += 1
            if line != last_line:
                scratch.hashes[LAYOUT] = mix(scratch.hashes[LAYOUT], np.uint64(line))
                last_line = line
        if kind == LETTER and not is_ideograph(cp):
            if cp >= 128:
                _count_script(cp, counts)
            word = word * BASE + np.uint64(cp)
            in_word = True
            last_digit = False
            continue
        if kind == DIGIT:
            counts[DIGITS] += 1
            # A clause is told from others by its digits too: that is what splits work from repeated work.
            scratch.hashes[CLAUSE] = (scratch.hashes[CLAUSE] ^ np.uint64(cp + 7919)) * PRIME
            if not last_digit:
                word = word * BASE + np.uint64(48)
                last_digit = True
            in_word = True
            continue
        if kind != GAP:
            _count_mark(cp, counts)
            within_number = last_digit and (cp == 46 or cp == 44) and i < end and 48 <= buf[i] <= 57
            if kind == SKIP or within_number:
                continue
        if in_word:
            _take_word(word, key, lexicon, scratch, counts)
        if kind == LETTER:
            counts[CJK] += 1
            _take_word(np.uint64(cp), key, lexicon, scratch, counts)
        word = ZERO
        in_word = False
        last_digit = False
        if kind == BREAK:
            _end_clause(key, scratch, counts)
            if scratch.tallies[ROLES] != 0 and _is_sentence_end(cp):
                _end_sentence(lexicon, scratch)
        if cp == 10:
            counts[LINES] += 1
            line_fresh = True
    counts[CHARS] += chars


def phrase_hash(phrase: str, key: int, lexicon: Lexicon) -> tuple[Any, Any, int]:
    """Hash of a phrase as the walk would meet it.

    Returns:
        The hash, the hash of its last word, and how many words it has.
    """
    buf = np.frombuffer(phrase.encode(), dtype=np.uint8)
    scratch = new_scratch()
    reset(scratch, ZERO)
    counts = np.zeros(COUNTS, dtype=np.uint32)
    walk_text(buf, np.zeros(0, dtype=np.uint64), 0, buf.size, np.uint64(key), lexicon, scratch, counts)
    n = int(counts[WORDS])
    return _last_words(scratch.hashes, min(n, MAX_PHRASE_WORDS)), scratch.hashes[ONE], n
