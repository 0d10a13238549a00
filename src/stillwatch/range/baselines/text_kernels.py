"""Compiled passes over text bytes: words to hashed terms, terms to dense vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating, inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_WORDS: Final = 1024
"""Words of a query that are looked at; longer ones are cut."""

END_WORDS: Final = 8
"""Words of an opening or a closing."""

_BASIS: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


@inlined
def _scatter(value: Any) -> Any:
    """Spread the bits of a 64-bit number over all of them (the end of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@kernel
def _split(text: Any, begin: int, end: int, words: Any) -> int:
    """Hash each word of a text; returns how many there are.

    Letters of ASCII lose their case, digits become 0, a character of Chinese or Japanese is a word of its own.
    """
    count, i = 0, begin
    value, inside = _BASIS, False
    while i < end and count < len(words):
        byte = text[i]
        if 0xE3 <= byte <= 0xE9 and i + 2 < end:
            if inside:
                words[count] = _scatter(value)
                count += 1
                value, inside = _BASIS, False
            if count < len(words):
                for k in range(3):
                    value = (value ^ np.uint64(text[i + k])) * _PRIME
                words[count] = _scatter(value)
                count += 1
                value = _BASIS
            i += 3
            continue
        letter = np.uint64(0)
        if 65 <= byte <= 90:
            letter = np.uint64(byte + 32)
        elif 97 <= byte <= 122 or byte >= 128:
            letter = np.uint64(byte)
        elif 48 <= byte <= 57:
            letter = np.uint64(48)
        if letter:
            value = (value ^ letter) * _PRIME
            inside = True
        elif inside:
            words[count] = _scatter(value)
            count += 1
            value, inside = _BASIS, False
        i += 1
    if inside and count < len(words):
        words[count] = _scatter(value)
        count += 1
    return count


@kernel
def _chain(words: Any, begin: int, end: int) -> Any:
    """One hash of a run of words."""
    value = _BASIS
    for i in range(begin, end):
        value = _scatter((value ^ words[i]) * _PRIME + _MIX)
    return value


@allocating
def hash_texts(
    text: NDArray[np.uint8], bounds: NDArray[np.int64]
) -> tuple[
    NDArray[np.int64],
    NDArray[np.uint16],
    NDArray[np.float32],
    NDArray[np.int32],
    NDArray[np.uint64],
    NDArray[np.uint64],
]:
    """Terms and ends of many texts.

    Args:
        text: uint8, all texts one after another, in UTF-8.
        bounds: int64 [texts + 1], where each begins.

    Returns:
        Starts, places and weights as `Terms` has them, the number of words, and the hash of the first and of the last
        `END_WORDS` words (0 where there are fewer).
    """
    texts = len(bounds) - 1
    starts = np.zeros(texts + 1, np.int64)
    room = 0
    for t in range(texts):
        room += 2 * min(bounds[t + 1] - bounds[t], MOST_WORDS)
    places, weights = np.empty(room, np.uint16), np.empty(room, np.float32)
    lengths = np.zeros(texts, np.int32)
    opening, closing = np.zeros(texts, np.uint64), np.zeros(texts, np.uint64)
    words = np.empty(MOST_WORDS, np.uint64)
    found = np.empty(2 * MOST_WORDS, np.uint16)
    used = 0
    for t in range(texts):
        count = _split(text, bounds[t], bounds[t + 1], words)
        lengths[t] = count
        if count >= END_WORDS:
            opening[t] = _chain(words, 0, END_WORDS)
            closing[t] = _chain(words, count - END_WORDS, count)
        terms = 0
        for i in range(count):
            found[terms] = words[i] & np.uint64(0xFFFF)
            terms += 1
            if i + 1 < count:
                found[terms] = _scatter(words[i] * _MIX + words[i + 1]) & np.uint64(0xFFFF)
                terms += 1
        ordered = np.sort(found[:terms])
        first, total, i = used, 0.0, 0
        while i < terms:
            j = i
            while j < terms and ordered[j] == ordered[i]:
                j += 1
            weight = 1.0 + np.log(j - i)
            places[used] = ordered[i]
            weights[used] = weight
            total += weight * weight
            used += 1
            i = j
        for k in range(first, used):
            weights[k] /= np.sqrt(total)
        starts[t + 1] = used
    return starts, places[:used].copy(), weights[:used].copy(), lengths, opening, closing


@kernel
def gather(
    starts: Any, places: Any, weights: Any, rows: Any, into: Any, new_places: Any, new_weights: Any
) -> None:
    """Copy the entries of some rows."""
    for i in range(len(rows)):
        begin, target = starts[rows[i]], into[i]
        for k in range(into[i + 1] - target):
            new_places[target + k] = places[begin + k]
            new_weights[target + k] = weights[begin + k]


@kernel
def project(starts: Any, places: Any, weights: Any, rarity: Any, directions: Any, out: Any) -> None:
    """Dense vectors of length 1: terms weighted by rarity, then projected; ``out`` is float32 [rows, width]."""
    width = out.shape[1]
    for row in range(len(starts) - 1):
        for c in range(width):
            out[row, c] = 0.0
        for k in range(starts[row], starts[row + 1]):
            place = places[k]
            weight = weights[k] * rarity[place]
            for c in range(width):
                out[row, c] += weight * directions[place, c]
        total = 0.0
        for c in range(width):
            total += out[row, c] * out[row, c]
        if total > 0.0:
            scale = 1.0 / np.sqrt(total)
            for c in range(width):
                out[row, c] *= scale
