"""Points a reader at words and numbers that may be about prices, customers, volumes or plans.

Defence in depth only. A scan finds what its author thought of: published recognisers of personal data found nothing in
a sentence with a customer, a spend, a price and a plan. People decide; nothing passes because a scan was silent.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import Final


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A place worth a second look.

    Attributes:
        subject: what it may be about.
        start: first character of the place.
        stop: the character after it.
    """

    subject: str
    start: int
    stop: int


_NUMBER: Final = r"\d[\d.,]*\s?"
_SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "prices": (
        r"[$€£¥]\s?\d",
        _NUMBER + r"(?:usd|eur|gbp|dollars?|euros?|cents?)\b",
        r"\b(?:pric(?:e|es|ing)|discounts?|rates?)\b",
    ),
    "costs": (r"\b(?:costs?|margins?|spend(?:s|ing)?|revenues?|loss(?:es)?|profits?|budgets?)\b",),
    "volumes": (
        r"\b"
        + _NUMBER
        + r"(?:k|m|bn|million|billion|thousand)?\s?(?:tokens?|requests?|exchanges?|calls?|queries)\b",
    ),
    "capacity": (r"\b(?:capacity|gpus?|clusters? of|data ?cent(?:re|er)s?|utili[sz]ation|throughput)\b",),
    "plans": (
        r"\broad ?maps?\b",
        r"\bwill (?:launch|release|announce|raise|cut)\b",
        r"\bq[1-4] ?20\d\d\b",
        r"\bnext (?:quarter|release|model)\b",
    ),
    "customers": (r"\b(?:customers?|clients? of ours)\b", r"\b\w+ (?:Inc|LLC|Ltd|GmbH|Corp|AG|SA|BV)\b"),
    "joint action": (
        r"\b(?:we|all|everyone|members)\s+(?:should|must|agree to|will)\s+(?:block|refuse|ban|stop|charge|raise)\b",
        r"\bboycott\b",
    ),
    "personal data": (r"[\w.+-]+@[\w-]+\.[\w.]+", r"\b\d{1,3}(?:\.\d{1,3}){3}\b", r"\+\d[\d ()-]{7,}\d"),
    "prompts": (r"\byou are an? (?:helpful|expert)\b", r"\bsystem prompt\b", r"\bstep[- ]by[- ]step\b"),
    "hidden data": (r"\b[A-Za-z0-9+/]{40,}={0,2}", r"\b[0-9a-f]{32,}\b"),
}
_COMPILED: Final = {
    subject: re.compile("|".join(patterns), re.IGNORECASE) for subject, patterns in _SUBJECTS.items()
}
_INVISIBLE: Final = frozenset({"Cf", "Co", "Cn", "Cc"})


def scan(text: str) -> tuple[Finding, ...]:
    """Places worth a second look, in the order of the text."""
    found = [
        Finding(subject, match.start(), match.end())
        for subject, pattern in _COMPILED.items()
        for match in pattern.finditer(text)
    ]
    found += [
        Finding("invisible or foreign characters", place, place + 1)
        for place, character in enumerate(text)
        if character not in "\n\t"
        and (unicodedata.category(character) in _INVISIBLE or _confusable(character))
    ]
    return tuple(sorted(found, key=lambda each: (each.start, each.stop, each.subject)))


def _confusable(character: str) -> bool:
    """A letter that looks like a Latin one and is none: Cyrillic, Greek, full-width and mathematical letters."""
    if character.isascii() or not character.isalpha():
        return False
    name = unicodedata.name(character, "")
    return name.startswith(("CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL"))
