"""The text pass: one compiled walk over a prompt that leaves hashes and counts, never words.

Per exchange it yields

* keyed hashes of word 2- and 3-grams within clauses (lower-cased, digits masked), thinned to a fixed share by a
  threshold on the hash itself, so the same gram is kept or dropped in every prompt (FracMinHash; Irber et al. 2022,
  doi:10.1101/2022.01.11.475838);
* the keyed hashes of its longest clauses, digits included, which is what tells work splitting from repetition;
* a one-permutation MinHash of the word 3-grams (Li, Owen and Zhang 2012, arXiv 1208.1259);
* which kinds of training-shaped answers it asks for (`solicitation`), the layout of its lines, and small counts.

Hashes are keyed 64-bit mixes: they hide words from whoever lacks the key, and they never leave the lab as they are.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from stillwatch.traffic.scan import _nested_end, _number_end, _string_end

BINS: Final = 16
MAX_GRAMS: Final = 128
MAX_CLAUSES: Final = 6
MIN_CLAUSE_WORDS: Final = 4
LEXICON_SLOTS: Final = 8192

# Places in the counts row of one exchange.
CHARS, WORDS, CLAUSES, LINES, DIGITS, BEYOND_ASCII, CJK, CYRILLIC, ARABIC, DEVANAGARI = range(10)
QUESTIONS, BACKTICKS, PIPES, BRACES, LIST_LINES, SOLICITED, MESSAGES, USER_MESSAGES = range(10, 18)
COUNTS: Final = 18

_OTHER, _LETTER, _UPPER, _DIGIT, _BREAK, _SKIP = range(6)


def _ascii_classes() -> np.ndarray:
    table = np.zeros(128, dtype=np.uint8)
    for c in range(128):
        ch = chr(c)
        if ch.islower() or ch == "_":
            table[c] = _LETTER
        elif ch.isupper():
            table[c] = _UPPER
        elif ch.isdigit():
            table[c] = _DIGIT
        elif ch in ".!?;:,\n()[]{}|\"":
            table[c] = _BREAK
        elif ch in "'`*":
            table[c] = _SKIP
    return table


_CLASS = _ascii_classes()


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _mix(a: Any, b: Any) -> Any:
    x = (a * np.uint64(0x9E3779B97F4A7C15)) ^ b
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(32)
    return x


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _hex4(buf: Any, i: int) -> int:
    value = 0
    for k in range(4):
        c = buf[i + k]
        if 48 <= c <= 57:
            digit = c - 48
        elif 97 <= c <= 102:
            digit = c - 87
        else:
            digit = c - 55
        value = value * 16 + digit
    return value


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _lower(cp: int) -> int:
    """Simple case folding for Latin, Greek and Cyrillic letters beyond ASCII."""
    if 0xC0 <= cp <= 0xDE and cp != 0xD7:
        return cp + 32
    if 0x100 <= cp <= 0x17F:
        return cp | 1
    if 0x391 <= cp <= 0x3A9 or 0x410 <= cp <= 0x42F:
        return cp + 32
    if 0x400 <= cp <= 0x40F:
        return cp + 80
    return cp


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _is_ideograph(cp: int) -> bool:
    return 0x3040 <= cp <= 0x30FF or 0x3400 <= cp <= 0x9FFF or 0xF900 <= cp <= 0xFAFF or 0x20000 <= cp <= 0x3FFFF


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _class_beyond_ascii(cp: int) -> int:
    if 0x2000 <= cp <= 0x206F or 0x3000 <= cp <= 0x303F or 0xFF00 <= cp <= 0xFF0F or 0xFF1A <= cp <= 0xFF20:
        return _BREAK if cp not in (0x2009, 0x200B, 0x200C, 0x200D, 0x2019, 0x202F, 0x3000, 0x2010, 0x2011) else _OTHER
    if cp == 0xA0 or cp == 0xAB or cp == 0xBB or cp == 0xBF or cp == 0xA1:
        return _OTHER
    if cp == 0x60C or cp == 0x61B or cp == 0x61F or cp == 0x6D4 or cp == 0x964 or cp == 0x965:
        return _BREAK
    if 0x660 <= cp <= 0x669 or 0x6F0 <= cp <= 0x6F9 or 0x966 <= cp <= 0x96F or 0xFF10 <= cp <= 0xFF19:
        return _DIGIT
    return _LETTER


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _line_class(cp: int) -> int:
    """What kind of line begins with this character: text, bullet, numbered, heading, code, data, table, tag."""
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


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _walk_text(
    buf: Any,
    i: int,
    end: int,
    key: Any,
    threshold: Any,
    lex_keys: Any,
    lex_bits: Any,
    grams: Any,
    n_grams: int,
    clause_hash: Any,
    clause_len: Any,
    mins: Any,
    counts: Any,
    chain: Any,
    shape: Any,
) -> tuple[int, Any, Any, Any]:
    """Walk one JSON-escaped text; adds to the scratch arrays.

    Returns:
        Number of grams, the sampling threshold (tightened when the prompt is long), a hash over all its words,
        and the hash of its line layout.
    """
    prime = np.uint64(0x100000001B3)
    zero = np.uint64(0)
    word = key
    in_word = False
    last_digit = False
    w1 = zero
    w2 = zero
    w3 = zero
    in_clause = 0
    clause = key
    line_fresh = True
    last_line = 0
    while i <= end:
        if i == end:
            cp = 10
            cls = _BREAK
            i += 1
        else:
            c = buf[i]
            if c == 92:
                e = buf[i + 1]
                i += 2
                if e == 110:
                    cp = 10
                elif e == 117:
                    cp = _hex4(buf, i)
                    i += 4
                    if 0xD800 <= cp <= 0xDBFF and i + 6 <= end and buf[i] == 92 and buf[i + 1] == 117:
                        cp = 0x10000 + ((cp - 0xD800) << 10) + (_hex4(buf, i + 2) - 0xDC00)
                        i += 6
                elif e == 116 or e == 114 or e == 98 or e == 102:
                    cp = 32
                else:
                    cp = np.int64(e)
            elif c < 128:
                cp = np.int64(c)
                i += 1
            elif c < 0xE0:
                cp = ((c & 0x1F) << 6) | (buf[i + 1] & 0x3F)
                i += 2
            elif c < 0xF0:
                cp = ((c & 0x0F) << 12) | ((buf[i + 1] & 0x3F) << 6) | (buf[i + 2] & 0x3F)
                i += 3
            else:
                cp = (
                    ((c & 0x07) << 18)
                    | ((buf[i + 1] & 0x3F) << 12)
                    | ((buf[i + 2] & 0x3F) << 6)
                    | (buf[i + 3] & 0x3F)
                )
                i += 4
            counts[CHARS] += 1
            if cp < 128:
                cls = np.int64(_CLASS[cp])
                if cls == _UPPER:
                    cp += 32
                    cls = _LETTER
                elif cls == _BREAK:
                    if cp == 63:
                        counts[QUESTIONS] += 1
                    elif cp == 124:
                        counts[PIPES] += 1
                    elif cp == 123:
                        counts[BRACES] += 1
                    elif (cp == 46 or cp == 44) and last_digit and i < end and 48 <= buf[i] <= 57:
                        cls = _SKIP
                elif cls == _SKIP and cp == 96:
                    counts[BACKTICKS] += 1
            else:
                cls = _class_beyond_ascii(cp)
                counts[BEYOND_ASCII] += 1
                if cls == _LETTER:
                    cp = _lower(cp)
                    if 0x400 <= cp <= 0x52F:
                        counts[CYRILLIC] += 1
                    elif 0x600 <= cp <= 0x6FF:
                        counts[ARABIC] += 1
                    elif 0x900 <= cp <= 0x97F:
                        counts[DEVANAGARI] += 1
                elif cp == 0xFF1F or cp == 0x61F:
                    counts[QUESTIONS] += 1
        if line_fresh and cp != 32 and cp != 10:
            kind = _line_class(cp)
            line_fresh = False
            if kind == 2 or kind == 3:
                counts[LIST_LINES] += 1
            if kind != last_line:
                shape = _mix(shape, np.uint64(kind))
                last_line = kind
        if cp == 10:
            counts[LINES] += 1
            line_fresh = True
        if cls == _LETTER:
            ideograph = cp >= 0x3040 and _is_ideograph(cp)
            if not ideograph:
                word = (word ^ np.uint64(cp)) * prime
                in_word = True
                last_digit = False
                continue
            counts[CJK] += 1
        elif cls == _DIGIT:
            counts[DIGITS] += 1
            clause = (clause ^ np.uint64(cp + 7919)) * prime
            if not last_digit:
                word = (word ^ np.uint64(48)) * prime
                last_digit = True
            in_word = True
            continue
        elif cls == _SKIP:
            continue
        else:
            ideograph = False
        # A word ends here; an ideograph ends the word before it and is one itself.
        rounds = 1 if in_word else 0
        if ideograph:
            rounds += 1
        for r in range(rounds):
            if ideograph and r == rounds - 1:
                word = (key ^ np.uint64(cp)) * prime
            w = word ^ (word >> np.uint64(31))
            word = key
            counts[WORDS] += 1
            clause = (clause ^ w) * prime
            clause ^= clause >> np.uint64(33)
            chain = (chain ^ w) * prime
            chain ^= chain >> np.uint64(33)
            in_clause += 1
            gram = _mix(key, w)
            slot = np.int64(gram & np.uint64(LEXICON_SLOTS - 1))
            while lex_keys[slot] != zero:
                if lex_keys[slot] == gram:
                    counts[SOLICITED] |= lex_bits[slot]
                slot = (slot + 1) & (LEXICON_SLOTS - 1)
            if in_clause >= 2:
                two = _mix(w1, w)
                slot = np.int64(two & np.uint64(LEXICON_SLOTS - 1))
                while lex_keys[slot] != zero:
                    if lex_keys[slot] == two:
                        counts[SOLICITED] |= lex_bits[slot]
                    slot = (slot + 1) & (LEXICON_SLOTS - 1)
                if two < threshold:
                    grams[n_grams] = two
                    n_grams += 1
                if in_clause >= 3:
                    three = _mix(_mix(w2, w1), w)
                    slot = np.int64(three & np.uint64(LEXICON_SLOTS - 1))
                    while lex_keys[slot] != zero:
                        if lex_keys[slot] == three:
                            counts[SOLICITED] |= lex_bits[slot]
                        slot = (slot + 1) & (LEXICON_SLOTS - 1)
                    if three < threshold:
                        grams[n_grams] = three
                        n_grams += 1
                    low = three * np.uint64(0xC2B2AE3D27D4EB4F)
                    place = np.int64(low >> np.uint64(60))
                    low &= np.uint64(0x0FFFFFFFFFFFFFFF)
                    if low < mins[place]:
                        mins[place] = low
                    if in_clause >= 4:
                        four = _mix(_mix(_mix(w3, w2), w1), w)
                        slot = np.int64(four & np.uint64(LEXICON_SLOTS - 1))
                        while lex_keys[slot] != zero:
                            if lex_keys[slot] == four:
                                counts[SOLICITED] |= lex_bits[slot]
                            slot = (slot + 1) & (LEXICON_SLOTS - 1)
                while n_grams >= MAX_GRAMS:
                    threshold >>= np.uint64(1)
                    kept = 0
                    for k in range(n_grams):
                        if grams[k] < threshold:
                            grams[kept] = grams[k]
                            kept += 1
                    n_grams = kept
            w3 = w2
            w2 = w1
            w1 = w
        in_word = False
        last_digit = False
        if cls == _BREAK:
            if in_clause >= 1:
                counts[CLAUSES] += 1
            if in_clause >= MIN_CLAUSE_WORDS:
                smallest = 0
                for k in range(MAX_CLAUSES):
                    if clause_hash[k] == clause:
                        smallest = -1
                        break
                    if clause_len[k] < clause_len[smallest]:
                        smallest = k
                if smallest >= 0 and in_clause > clause_len[smallest]:
                    clause_hash[smallest] = clause
                    clause_len[smallest] = in_clause
            in_clause = 0
            clause = key
    return n_grams, threshold, chain, shape


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def phrase_hash(buf: Any, key: Any) -> tuple[Any, int]:
    """Hash of a short phrase exactly as `_walk_text` hashes its 1- to 4-grams, and how many words it has."""
    prime = np.uint64(0x100000001B3)
    words = np.zeros(8, dtype=np.uint64)
    n = 0
    word = key
    in_word = False
    i = 0
    while i <= buf.size and n < 8:
        ideograph = False
        if i == buf.size:
            cp = 32
            i += 1
        else:
            c = buf[i]
            if c < 128:
                cp = np.int64(c)
                i += 1
            elif c < 0xE0:
                cp = ((c & 0x1F) << 6) | (buf[i + 1] & 0x3F)
                i += 2
            else:
                cp = ((c & 0x0F) << 12) | ((buf[i + 1] & 0x3F) << 6) | (buf[i + 2] & 0x3F)
                i += 3
        if cp != 32:
            ideograph = _is_ideograph(cp)
            if not ideograph:
                word = (word ^ np.uint64(_lower(cp))) * prime
                in_word = True
                continue
        if in_word:
            words[n] = word ^ (word >> np.uint64(31))
            n += 1
            word = key
            in_word = False
        if ideograph and n < 8:
            one = (key ^ np.uint64(cp)) * prime
            words[n] = one ^ (one >> np.uint64(31))
            n += 1
    if n == 1:
        return _mix(key, words[0]), n
    if n == 2:
        return _mix(words[0], words[1]), n
    if n == 3:
        return _mix(_mix(words[0], words[1]), words[2]), n
    return _mix(_mix(_mix(words[0], words[1]), words[2]), words[3]), n


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _value_end(buf: Any, words: Any, i: int, n: int) -> int:
    """End of the JSON value at ``i`` whose grammar has been checked before."""
    c = buf[i]
    if c == 34:
        i, _, _ = _string_end(buf, words, i + 1, n)
        return i + 1
    if c == 123 or c == 91:
        i, _ = _nested_end(buf, words, i, n)
        return i
    if c == 45 or 48 <= c <= 57:
        return _number_end(buf, i, n)
    return i + (5 if c == 102 else 4)


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _next_token(buf: Any, i: int) -> int:
    """Skip white space and commas between checked JSON values."""
    while buf[i] == 32 or buf[i] == 9 or buf[i] == 13 or buf[i] == 44:
        i += 1
    return i


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _find_messages(buf: Any, words: Any, i: int, n: int, role: Any, begin: Any, end: Any) -> tuple[int, int, int]:
    """Find the texts of a messages array.

    Args:
        buf: the block.
        words: the block as uint64.
        i: start of the array.
        n: end of the array.
        role: out: first byte of each text's role.
        begin: out: where each text begins.
        end: out: where it ends.

    Returns:
        Number of texts noted (the first 8 and, from there on, always the last), messages, and user messages.
    """
    texts = 0
    messages = 0
    users = 0
    i = _next_token(buf, i + 1)
    while buf[i] != 93:
        if buf[i] != 123:
            i = _next_token(buf, _value_end(buf, words, i, n))
            continue
        messages += 1
        who = np.uint8(117)
        content = -1
        i = _next_token(buf, i + 1)
        while buf[i] != 125:
            key = i + 1
            i, _, _ = _string_end(buf, words, key, n)
            key_len = i - key
            i += 1
            while buf[i] == 32 or buf[i] == 9 or buf[i] == 58:
                i += 1
            if key_len == 4 and buf[key] == 114 and buf[key + 1] == 111 and buf[i] == 34:
                who = buf[i + 1]
            elif key_len == 7 and buf[key] == 99 and buf[key + 1] == 111 and buf[key + 6] == 116:
                content = i
            i = _next_token(buf, _value_end(buf, words, i, n))
        i = _next_token(buf, i + 1)
        if who == 117:
            users += 1
        if content < 0:
            continue
        if buf[content] == 34:
            stop, _, _ = _string_end(buf, words, content + 1, n)
            at = min(texts, role.size - 1)
            role[at] = who
            begin[at] = content + 1
            end[at] = stop
            texts = at + 1
        elif buf[content] == 91:
            j = _next_token(buf, content + 1)
            while buf[j] != 93:
                if buf[j] == 123:
                    j = _next_token(buf, j + 1)
                    while buf[j] != 125:
                        key = j + 1
                        j, _, _ = _string_end(buf, words, key, n)
                        is_text = j - key == 4 and buf[key] == 116 and buf[key + 1] == 101
                        j += 1
                        while buf[j] == 32 or buf[j] == 9 or buf[j] == 58:
                            j += 1
                        if is_text and buf[j] == 34:
                            stop, _, _ = _string_end(buf, words, j + 1, n)
                            at = min(texts, role.size - 1)
                            role[at] = who
                            begin[at] = j + 1
                            end[at] = stop
                            texts = at + 1
                        j = _next_token(buf, _value_end(buf, words, j, n))
                    j = _next_token(buf, j + 1)
                else:
                    j = _next_token(buf, _value_end(buf, words, j, n))
    return texts, messages, users


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _answer_flags(buf: Any, i: int, end: int) -> int:
    """Shape of an answer from its first 1,024 bytes: 1 code, 2 numbered steps, 4 table, 8 data, 16 begins with digit."""
    if end <= i:
        return 0
    flags = 0
    first = buf[i]
    if first == 123 or first == 91:
        flags |= 8
    if 48 <= first <= 57:
        flags |= 16
    ticks = 0
    pipes = 0
    steps = 0
    stop = min(end - 2, i + 1024)
    while i < stop:
        c = buf[i]
        if c == 96:
            ticks += 1
        elif c == 124:
            pipes += 1
        elif c == 92 and buf[i + 1] == 110 and 48 <= buf[i + 2] <= 57:
            steps += 1
        i += 1
    if ticks >= 3:
        flags |= 1
    if steps >= 2:
        flags |= 2
    if pipes >= 4:
        flags |= 4
    return flags


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def sketch_rows(
    buf: Any,
    words: Any,
    msg_begin: Any,
    msg_end: Any,
    answer_begin: Any,
    answer_end: Any,
    key: Any,
    final_key: Any,
    threshold: Any,
    lex_keys: Any,
    lex_bits: Any,
    gram_flat: Any,
    gram_offsets: Any,
    clause_flat: Any,
    clause_offsets: Any,
    minhash: Any,
    counts: Any,
    system: Any,
    shape: Any,
    answer_flags: Any,
) -> None:
    """Sketch each exchange of a block.

    Args:
        buf: uint8 block; ``words`` is the same memory as uint64.
        words: see ``buf``.
        msg_begin: int32 (rows): start of the messages array, or -1 where there is none.
        msg_end: int32 (rows): its end.
        answer_begin: int32 (rows): start of the answer inside its quotes, or -1.
        answer_end: int32 (rows).
        key: uint64, seed of the word hashes; ``final_key`` re-keys what is kept.
        final_key: see ``key``.
        threshold: uint64, keep a gram whose hash lies below.
        lex_keys: uint64 (``LEXICON_SLOTS``): solicitation phrases.
        lex_bits: uint32 (``LEXICON_SLOTS``): the kinds each stands for.
        gram_flat: out, uint64: kept grams of all rows, ``gram_offsets`` int32 (rows + 1).
        gram_offsets: see ``gram_flat``.
        clause_flat: out, uint64: longest clauses of all rows, ``clause_offsets`` int32 (rows + 1).
        clause_offsets: see ``clause_flat``.
        minhash: out, uint16 (rows, ``BINS``): 0xFFFF where a bin is empty.
        counts: out, uint32 (rows, ``COUNTS``).
        system: out, uint64 (rows): hash of the system prompt, 0 where there is none.
        shape: out, uint64 (rows): hash of the run of line kinds, 0 where there is no text.
        answer_flags: out, uint8 (rows).
    """
    rows = msg_begin.size
    grams = np.empty(MAX_GRAMS + 8, dtype=np.uint64)
    clause_hash = np.empty(MAX_CLAUSES, dtype=np.uint64)
    clause_len = np.empty(MAX_CLAUSES, dtype=np.int64)
    mins = np.empty(BINS, dtype=np.uint64)
    role = np.empty(9, dtype=np.uint8)
    begin = np.empty(9, dtype=np.int64)
    end = np.empty(9, dtype=np.int64)
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    zero = np.uint64(0)
    gram_at = 0
    clause_at = 0
    gram_offsets[0] = 0
    clause_offsets[0] = 0
    for row in range(rows):
        n_grams = 0
        clause_hash[:] = zero
        clause_len[:] = 0
        mins[:] = full
        limit = threshold
        layout = zero
        system_chain = zero
        if msg_begin[row] >= 0:
            texts, messages, users = _find_messages(buf, words, msg_begin[row], msg_end[row], role, begin, end)
            counts[row, MESSAGES] = messages
            counts[row, USER_MESSAGES] = users
            # System prompts and the first and last thing the user said: a long history repeats what was sketched.
            first_user = -1
            last_user = -1
            for t in range(texts):
                if role[t] == 117:
                    if first_user < 0:
                        first_user = t
                    last_user = t
            for t in range(texts):
                is_system = role[t] == 115 or role[t] == 100
                if not is_system and t != first_user and t != last_user:
                    continue
                chain = system_chain if is_system else zero
                n_grams, limit, chain, layout = _walk_text(
                    buf,
                    begin[t],
                    end[t],
                    key,
                    limit,
                    lex_keys,
                    lex_bits,
                    grams,
                    n_grams,
                    clause_hash,
                    clause_len,
                    mins,
                    counts[row],
                    chain,
                    layout,
                )
                if is_system:
                    system_chain = chain
        for k in range(n_grams):
            gram_flat[gram_at + k] = _mix(final_key, grams[k])
        gram_at += n_grams
        for k in range(MAX_CLAUSES):
            if clause_len[k] > 0:
                clause_flat[clause_at] = _mix(final_key, clause_hash[k])
                clause_at += 1
        gram_offsets[row + 1] = gram_at
        clause_offsets[row + 1] = clause_at
        for k in range(BINS):
            minhash[row, k] = np.uint16(0xFFFF) if mins[k] == full else np.uint16(mins[k] & np.uint64(0xFFFF))
        system[row] = zero if system_chain == zero else _mix(final_key, system_chain)
        shape[row] = layout
        if answer_begin[row] >= 0:
            answer_flags[row] = _answer_flags(buf, answer_begin[row], answer_end[row])
