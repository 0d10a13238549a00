"""What the text pass takes a character for: letter, digit, end of a clause, gap, or nothing at all.

Words that look the same become the same: case, accents, full-width forms, digits of other scripts and invisible
characters are folded away, so that wording is compared and not typing.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import numpy as np

from stillwatch.traffic.json_walk import hex4
from stillwatch.traffic.kernel import inlined, kernel

GAP: Final = 0  # between words
LETTER: Final = 1
DIGIT: Final = 2
BREAK: Final = 3  # between clauses
SKIP: Final = 4  # as if it were not there
ESCAPE: Final = 5  # more bytes have to be looked at

_TABLE: Final = 0x3100  # alphabets, punctuation and kana; what lies above goes by ranges
_GAPS_NOT_BREAKS: Final = "#%&/@\\-<>=+~^$¡¿§¶·\u2010\u2011\u05be"
_NOT_THERE: Final = "'`*\u2018\u2019\u02bc\u0640"  # apostrophes, marks of emphasis, the Arabic stretch


def _kind(char: str) -> int:
    """What a character is."""
    if char in _NOT_THERE:
        return SKIP
    if char in "\n\u2028\u2029|":
        return BREAK
    if char in _GAPS_NOT_BREAKS:
        return GAP
    category = unicodedata.category(char)
    if category == "Cf" or 0x300 <= ord(char) <= 0x36F or 0x64B <= ord(char) <= 0x652:
        return SKIP  # invisible, or an accent that writers add and leave out
    if category == "Nd":
        return DIGIT
    if category[0] in "LMN" or char == "_":
        return LETTER
    return BREAK if category[0] == "P" else GAP


def _folded(char: str) -> int:
    """The character that stands for it: lower case, without accent, digits as ASCII ones."""
    if unicodedata.category(char) == "Nd":
        return 48 + unicodedata.digit(char)
    parts = unicodedata.normalize("NFD", char)
    if all(0x300 <= ord(mark) <= 0x36F for mark in parts[1:]):
        char = parts[0]
    lower = char.lower()
    return ord(lower) if len(lower) == 1 else ord(char)


_KINDS = np.array([_kind(chr(c)) for c in range(_TABLE)], dtype=np.uint8)
_FOLDED = np.array([_folded(chr(c)) for c in range(_TABLE)], dtype=np.uint16)


_PLAIN_KINDS = np.array(
    [_kind(chr(c)) if c < 128 and c != 92 else ESCAPE for c in range(256)], dtype=np.uint8
)
_PLAIN_LETTERS = np.array(
    [_FOLDED[c] if c < 128 and _KINDS[c] == LETTER else 0 for c in range(256)], dtype=np.uint8
)


@inlined
def plain_kind(c: Any) -> Any:
    """What a byte of a JSON string is; ``ESCAPE`` where it is not a character by itself."""
    return _PLAIN_KINDS[c]


@inlined
def plain_letter(c: Any) -> Any:
    """The lower-case letter that a byte of a JSON string is, 0 where it is none."""
    return _PLAIN_LETTERS[c]


@kernel
def classify(cp: int) -> tuple[int, int]:
    """What a code point is, and the code point that stands for it."""
    if 0xFF01 <= cp <= 0xFF5E:
        cp -= 0xFEE0
    if cp < _TABLE:
        return int(_KINDS[cp]), int(_FOLDED[cp])
    if 0xFE00 <= cp <= 0xFE0F or cp == 0xFEFF or 0xE0000 <= cp <= 0xE01EF:
        return SKIP, cp
    if 0xFE30 <= cp <= 0xFE4F or 0xFF61 <= cp <= 0xFF65:
        return BREAK, cp
    if 0x1F000 <= cp <= 0x1FAFF or 0xFFF0 <= cp <= 0xFFFF:
        return GAP, cp
    return LETTER, cp


@inlined
def is_ideograph(cp: int) -> bool:
    """Whether a letter is a word by itself: Han and kana, which are written without gaps."""
    return (
        0x3040 <= cp <= 0x30FF or 0x3400 <= cp <= 0x9FFF or 0xF900 <= cp <= 0xFAFF or 0x20000 <= cp <= 0x3FFFF
    )


@kernel
def decode(buf: Any, i: int, end: int) -> tuple[int, int]:
    """The character at ``i`` of a checked JSON string, its escape undone, and the index after it."""
    c = int(buf[i])
    if c == 92:
        return _unescape(buf, i, end)
    if c < 0x80:
        return c, i + 1
    if c < 0xE0:
        return ((c & 0x1F) << 6) | (int(buf[i + 1]) & 0x3F), i + 2
    if c < 0xF0:
        return ((c & 0x0F) << 12) | ((int(buf[i + 1]) & 0x3F) << 6) | (int(buf[i + 2]) & 0x3F), i + 3
    high = ((c & 0x07) << 18) | ((int(buf[i + 1]) & 0x3F) << 12)
    return high | ((int(buf[i + 2]) & 0x3F) << 6) | (int(buf[i + 3]) & 0x3F), i + 4


@kernel
def _unescape(buf: Any, i: int, end: int) -> tuple[int, int]:
    c = int(buf[i + 1])
    if c == 117:
        cp = hex4(buf, i + 2, end)
        if 0xD800 <= cp <= 0xDBFF:
            return 0x10000 + ((cp - 0xD800) << 10) + (hex4(buf, i + 8, end) - 0xDC00), i + 12
        return cp, i + 6
    if c == 110:
        c = 10
    elif c == 116:
        c = 9
    elif c == 114:
        c = 13
    elif c == 98:
        c = 8
    elif c == 102:
        c = 12
    return c, i + 2
