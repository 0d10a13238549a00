"""The phrase bank of a language: every intent as a list of ready sentences with open slots."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.seeding import dice
from stillwatch.range.text import grammar

if TYPE_CHECKING:
    from random import Random

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "zh", "ja", "ru", "hi", "ar")
NAMES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "zh": "Chinese",
    "ja": "Japanese",
    "ru": "Russian",
    "hi": "Hindi",
    "ar": "Arabic",
}

_FORMS_KEPT: Final = 1200  # of each intent; the grammar holds far more, this many differ enough


def read(name: str) -> dict[str, Any]:
    """The contents of one data file of this folder."""
    path = resources.files("stillwatch.range.text") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))


class Bank:
    """Sentences of one language by intent, as they are spoken and as they are written.

    People typing a request use common turns of phrase (``spoken``); whoever writes a template, for
    an honest product or for a campaign, chooses among all of them (``written``).
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._source = read(language)
        self._spoken: dict[str, tuple[str, ...]] = {}
        self._written: dict[str, tuple[str, ...]] = {}

    def words(self, key: str) -> tuple[str, ...]:
        """A plain list of the bank: topics, people, places."""
        return tuple(word.strip() for word in str(self._source[key]).split(";"))

    def has(self, intent: str) -> bool:
        """Whether this language has its own wording for the intent."""
        return intent in self._source

    def spoken(self, intent: str) -> tuple[str, ...]:
        """Forms of an intent as often as hurried people use them."""
        if intent not in self._spoken:
            self._spoken[intent] = self._expand(intent, habitual=True)
        return self._spoken[intent]

    def written(self, intent: str) -> tuple[str, ...]:
        """Forms of an intent, all alike in number."""
        if intent not in self._written:
            self._written[intent] = self._expand(intent, habitual=False)
        return self._written[intent]

    def say(self, rng: Random, intent: str) -> str:
        """One sentence with open slots, as people say it."""
        forms = self._spoken.get(intent) or self.spoken(intent)
        return forms[int(rng.random() * len(forms))]

    def write(self, rng: Random, intent: str) -> str:
        """One sentence with open slots, as a template's author writes it."""
        forms = self._written.get(intent) or self.written(intent)
        return forms[int(rng.random() * len(forms))]

    def _expand(self, intent: str, *, habitual: bool) -> tuple[str, ...]:
        if intent not in self._source:
            other = bank("en")
            return other.spoken(intent) if habitual else other.written(intent)
        parsed = [grammar.parse(expression) for expression in self._source[intent]]
        total = sum(grammar.forms(expression) for expression in self._source[intent])
        rng = dice("phrases", self.language, intent, habitual)
        found = []
        for _ in range(min(_FORMS_KEPT, total * 2)):
            share = rng.random()
            pieces = parsed[int((share**1.5 if habitual else share) * len(parsed))]
            found.append(grammar.expand(pieces, rng, habitual=habitual, tidy=intent != "answer_code"))
        return tuple(found)


@functools.cache
def bank(language: str) -> Bank:
    """The bank of a language, read once."""
    return Bank(language)
