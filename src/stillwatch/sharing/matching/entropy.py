"""How many guesses an identifier stands up to, estimated low.

Meant for identifiers, not for passwords: what looks drawn at random counts by its alphabet, words and numbers of
everyday kinds count as what they are, so that a browser's name does not pass for a secret because it is long.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z0-9]+")
_COMMON_BITS: Final = 1.0  # whole phrases of such words come together
_RARE_BITS: Final = 10.0  # one of a thousand names that occur in client names
_LETTER_BITS: Final = 2.0  # of a made-up but pronounceable name
_NUMBER_BITS: Final = 1.0  # a version number is one of few, and comes with its product
_DIGIT_BITS: Final = 3.3
_SIGN_BITS: Final = 0.1
_RANDOM_LENGTH: Final = 16
_COMMON_WORDS: Final = """
mozilla applewebkit khtml gecko chrome safari firefox edge opera mobile version windows linux macintosh intel mac os nt
win win64 x64 x86 arm64 android iphone ipad like compatible ubuntu python requests aiohttp httpx urllib curl wget go
http client node axios undici fetch got okhttp java apache httpclient ruby faraday php guzzle dart rust reqwest
openai anthropic claude gemini google azure aws boto bedrock vertex langchain litellm llamaindex sdk api js ts async
stainless lang package runtime arch release build beta alpha dev test bot agent app web service
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


def bits(text: str) -> float:
    """A low estimate of the bits that a guesser must find, 0 for an empty text.

    A token drawn at random (16 characters or more of letters and digits mixed) counts by its alphabet and length,
    anything else by the words, numbers and signs it is made of.
    """
    if not text:
        return 0.0
    if _looks_random(text):
        return _random_bits(text)
    return sum(_token_bits(token) for token in _TOKEN.findall(text))


def _looks_random(text: str) -> bool:
    """Whether a text looks like a token: long, of one piece, letters and digits mixed throughout."""
    if len(text) < _RANDOM_LENGTH or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return False
    kinds = [_kind(c) for c in text]
    changes = sum(a != b for a, b in itertools.pairwise(kinds))
    return changes >= len(text) / 6


def _random_bits(text: str) -> float:
    """Length times the bits of the alphabet in use, but no more than its different characters allow."""
    alphabet = sum(
        size
        for size, inside in ((10, str.isdigit), (26, str.islower), (26, str.isupper))
        if any(inside(c) for c in text)
    )
    hexadecimal = set(text.lower()) <= set("0123456789abcdef")
    counts = [text.count(c) / len(text) for c in set(text)]
    seen = -sum(share * math.log2(share) for share in counts)
    return len(text) * min(math.log2(16 if hexadecimal else max(alphabet, 2)), seen)


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2


def _token_bits(token: str) -> float:
    if token.isdigit():
        return _NUMBER_BITS if len(token) <= 4 else _DIGIT_BITS * len(token)
    if token.isalpha() and token.isascii():
        return (
            _COMMON_BITS
            if len(token) <= 2 or token.lower() in _COMMON
            else max(_RARE_BITS, _LETTER_BITS * len(token))
        )
    return _SIGN_BITS
