"""The phrase bank of a language: every intent as a list of ready sentences with open slots.

Each split has its own sentences. Where an intent has four expressions or more, whole expressions are dealt
out by their place in the list, which therefore must only grow at its end; where it has fewer, their surface
forms are, in the order of a hash. So no sentence of one split can be spoken or written in another.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.seeding import dice, number
from stillwatch.range.splits import DEAL, TRAIN
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


@functools.cache
def read(name: str) -> dict[str, Any]:
    """The contents of one data file of this folder."""
    path = resources.files("stillwatch.range.text") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))


_DEALT_WHOLE: Final = len(DEAL)  # expressions from which on whole ones are dealt to the splits


class Bank:
    """Sentences of one language and one split by intent, as they are spoken and as they are written.

    People typing a request use common turns of phrase (``spoken``); whoever writes a template, for
    an honest product or for a campaign, chooses among all of them (``written``).
    """

    def __init__(self, language: str, split: str = TRAIN) -> None:
        self.language = language
        self.split = split
        self._source = read(language)
        self._spoken: dict[str, tuple[str, ...]] = {}
        self._written: dict[str, tuple[str, ...]] = {}
        self._ready: dict[str, tuple[grammar.Ready, ...]] = {}

    def words(self, key: str) -> tuple[str, ...]:
        """A plain list of the bank, the same in every split: topics, people, places."""
        return tuple(word.strip() for word in str(self._source[key]).split(";"))

    def has(self, intent: str) -> bool:
        """Whether this language has its own wording for the intent."""
        return intent in self._source

    def spoken(self, intent: str) -> tuple[str, ...]:
        """Forms of an intent as often as hurried people use them."""
        if intent not in self._spoken:
            self._spoken[intent] = self._forms(intent, habitual=True)
        return self._spoken[intent]

    def written(self, intent: str) -> tuple[str, ...]:
        """Forms of an intent, all alike in number."""
        if intent not in self._written:
            self._written[intent] = self._forms(intent, habitual=False)
        return self._written[intent]

    def ready(self, intent: str) -> tuple[grammar.Ready, ...]:
        """The spoken forms of an intent, parsed once for texts of many sentences."""
        if intent not in self._ready:
            self._ready[intent] = tuple(grammar.ready(form) for form in self.spoken(intent))
        return self._ready[intent]

    def say(self, rng: Random, intent: str) -> str:
        """One sentence with open slots, as people say it."""
        forms = self._spoken.get(intent) or self.spoken(intent)
        return forms[int(rng.random() * len(forms))]

    def write(self, rng: Random, intent: str) -> str:
        """One sentence with open slots, as a template's author writes it."""
        forms = self._written.get(intent) or self.written(intent)
        return forms[int(rng.random() * len(forms))]

    def _forms(self, intent: str, *, habitual: bool) -> tuple[str, ...]:
        if intent not in self._source:
            other = bank("en", self.split)
            return other.spoken(intent) if habitual else other.written(intent)
        expressions = self._source[intent]
        rng = dice("phrases", self.language, intent, habitual)
        if len(expressions) < _DEALT_WHOLE:
            return _drawn(rng, self._dealt_forms(intent, expressions), habitual=habitual)
        mine = [each for place, each in enumerate(expressions) if DEAL[place % len(DEAL)] == self.split]
        parsed = [grammar.parse(expression) for expression in mine]
        total = sum(grammar.forms(expression) for expression in mine)
        found = []
        for _ in range(min(_FORMS_KEPT, total * 2)):
            share = rng.random()
            pieces = parsed[int((share**1.5 if habitual else share) * len(parsed))]
            found.append(grammar.expand(pieces, rng, habitual=habitual, tidy=intent != "answer_code"))
        return tuple(found)

    def _dealt_forms(self, intent: str, expressions: list[str]) -> list[str]:
        """This split's share of all surface forms of few expressions, common ones first."""
        every = list(dict.fromkeys(itertools.chain.from_iterable(map(grammar.all_forms, expressions))))
        order = sorted(every, key=lambda form: number("deal", self.language, intent, form))
        mine = {form for place, form in enumerate(order) if DEAL[place % len(DEAL)] == self.split}
        return [form for form in every if form in mine]


def _drawn(rng: Random, forms: list[str], *, habitual: bool) -> tuple[str, ...]:
    """As many draws from the forms as a bank keeps, common ones more often if habitual."""
    if not habitual:
        return tuple(forms)
    return tuple(forms[int(rng.random() ** 1.5 * len(forms))] for _ in range(len(forms) * 2))


@functools.cache
def bank(language: str, split: str = TRAIN) -> Bank:
    """The bank of a language in a split, read once."""
    return Bank(language, split)
