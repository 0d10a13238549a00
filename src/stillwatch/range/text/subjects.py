"""What texts are about: topics of many fields with people, places, things and numbers around them."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Final, TypeAlias

from stillwatch.range.seeding import dice
from stillwatch.range.text.bank import LANGUAGES, NAMES, bank, read

if TYPE_CHECKING:
    from random import Random

Slots: TypeAlias = dict[str, str | int]
_Words: TypeAlias = tuple[str, ...]

CODE_LANGUAGES: Final = ("Python", "JavaScript", "TypeScript", "Go", "Rust", "SQL", "Java", "C++", "Kotlin")
LABELS: Final = (
    "billing, delivery, technical, other",
    "positive, negative, neutral",
    "urgent, routine, ignore",
    "refund, exchange, question, praise",
    "yes, no, unclear",
)
_VERBS: Final = (
    "load",
    "merge",
    "parse",
    "sync",
    "rank",
    "split",
    "render",
    "check",
    "store",
    "fetch",
    "trim",
)
_DRAWN: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A field of knowledge or work in one language."""

    name: str
    topics: tuple[str, ...]
    things: tuple[str, ...]
    people: tuple[str, ...]
    units: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class World:
    """All fields of one language and the surroundings they share.

    Attributes:
        surroundings: ready drawn, because texts change them with every sentence.
        settings: likewise, what is drawn once a text.
    """

    language: str
    fields: tuple[Field, ...]
    topics: tuple[tuple[int, str], ...]
    aspects: tuple[str, ...]
    places: tuple[str, ...]
    orgs: tuple[str, ...]
    surroundings: tuple[Slots, ...]
    settings: tuple[Slots, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";"))


@functools.cache
def subjects(language: str) -> World:
    """The fields of a language, read once."""
    words = bank(language)
    if language == "en":
        fields = tuple(
            Field(
                name,
                _split(part["topics"]),
                _split(part["things"]),
                _split(part["people"]),
                _split(part["units"]),
            )
            for name, part in read("topics").items()
        )
    else:
        topics, shared = words.words("topics"), [words.words(key) for key in ("things", "people", "units")]
        fields = tuple(Field(f"{language}{i}", topics[i : i + 5], *shared) for i in range(0, len(topics), 5))
    aspects, places, orgs = (words.words(key) for key in ("aspects", "places", "orgs"))
    rng = dice("subjects", language)
    periods, extras = words.words("periods"), words.words("extras")
    return World(
        language,
        fields,
        tuple((index, topic) for index, field in enumerate(fields) for topic in field.topics),
        aspects,
        places,
        orgs,
        tuple(_surroundings(rng, aspects, places, periods, extras) for _ in range(_DRAWN)),
        tuple(_setting(rng, orgs) for _ in range(_DRAWN)),
    )


def draw(rng: Random, world: World, topic: int | None = None, aspect: int | None = None) -> Slots:
    """The slots of one subject; topic and aspect may be given, the rest is drawn."""
    pick = rng.random
    number, title = world.topics[int(pick() * len(world.topics)) if topic is None else topic]
    field = world.fields[number]
    things = field.things
    first, second = things[int(pick() * len(things))], things[int(pick() * len(things))]
    slots: Slots = {
        "topic": title,
        "person": field.people[int(pick() * len(field.people))],
        "thing": first,
        "thing2": second,
        "unit": field.units[int(pick() * len(field.units))],
        "codeword": f"{_VERBS[int(pick() * 11)]}_{_word(first)}_{int(pick() * 900)}",
        "codeword2": f"{_VERBS[int(pick() * 11)]}_{_word(second)}",
    }
    slots.update(world.settings[int(pick() * _DRAWN)])
    slots.update(world.surroundings[int(pick() * _DRAWN)])
    if aspect is not None:
        slots["aspect"] = world.aspects[aspect]
    return slots


@functools.cache
def _word(thing: str) -> str:
    return thing.replace(" ", "_").lower()


def stir(rng: Random, world: World, slots: Slots) -> Slots:
    """Change a subject's numbers and surroundings in place, so that its next sentence tells something new."""
    slots.update(world.surroundings[int(rng.random() * _DRAWN)])
    return slots


def _surroundings(rng: Random, aspects: _Words, places: _Words, periods: _Words, extras: _Words) -> Slots:
    """Numbers, and where, when and how: what changes from sentence to sentence."""
    pick = rng.random
    return {
        "n": int(pick() * 960) + 12,
        "m": int(pick() * 94) + 3,
        "k": int(pick() * 8) + 2,
        "aspect": aspects[int(pick() * len(aspects))],
        "place": places[int(pick() * len(places))],
        "period": periods[int(pick() * len(periods))],
        "extra": extras[int(pick() * len(extras))],
    }


def _setting(rng: Random, orgs: _Words) -> Slots:
    """What stays the same throughout a text."""
    pick = rng.random
    org = orgs[int(pick() * len(orgs))]
    return {
        "org": org,
        "orgx": org,
        "thing2x": f"item_{int(pick() * 90) + 2}",
        "language": NAMES[LANGUAGES[int(pick() * len(LANGUAGES))]],
        "codelang": CODE_LANGUAGES[int(pick() * len(CODE_LANGUAGES))],
        "labels": LABELS[int(pick() * len(LABELS))],
    }
