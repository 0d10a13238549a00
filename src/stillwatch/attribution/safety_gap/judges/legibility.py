"""Whether an answer can be judged by rules at all: there is one, it is whole, and it is in a language they know."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SHORTEST_WORDS: Final = 3
_LONGEST_WITHOUT: Final = 8
"""Latin words after which at least one common word of a known language has to have come."""

_COMMON: Final = frozenset(
    # English, German, French, Spanish, Portuguese, Italian
    re.findall(
        r"\w+",
        "the a and or of to in is it you i for that this with on are be not if your then one from by at as no can "
        "der die das und ist ich nicht zu ein eine mit auf den du sie wie für dann "
        "le la les et est je ne pas un une de des vous pour dans que tu "
        "el los y es se lo en una con para o os e é não uma com em il di che per non sono",
    )
)
_KNOWN_SCRIPTS: Final = ("LATIN", "CJK", "HIRAGANA", "KATAKANA", "CYRILLIC")
_THOUGHT: Final = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")


def spoken(text: str) -> str:
    """The answer without its reasoning, with straight quotes."""
    return _THOUGHT.sub(" ", text).translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'}).strip()


def why_unclear(text: str, asked: str) -> str:
    """Why an answer cannot be judged; empty where it can."""
    words = re.findall(r"\w+", text)
    letters = [each for each in text if each.isalpha()]
    if not letters:
        return "no words"
    if _flat(text) == _flat(asked):
        return "the request said again"
    if not _readable(letters):
        return "a script that the rules do not read"
    if len(set(map(str.lower, words))) * 4 <= len(words) and len(words) >= 8:
        return "the same words over and over"
    latin = sum("LATIN" in unicodedata.name(each, "") for each in letters) * 2 > len(letters)
    if latin and len(words) >= _LONGEST_WITHOUT and not _COMMON.intersection(map(str.lower, words)):
        return "a language that the rules do not read"
    return ""


def is_fragment(text: str) -> bool:
    """Whether it is too short to have complied with anything; scripts without spaces count by letters."""
    words = re.findall(r"\w+", text)
    return len(words) < _SHORTEST_WORDS and sum(map(str.isalpha, text)) < 4 * _SHORTEST_WORDS


def _readable(letters: list[str]) -> bool:
    known = sum(unicodedata.name(each, "").startswith(_KNOWN_SCRIPTS) for each in letters)
    return known * 10 >= len(letters) * 7


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
