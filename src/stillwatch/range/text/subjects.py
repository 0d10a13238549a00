"""What texts are about: topics of many fields with people, places, things and numbers around them."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Final, TypeAlias

from stillwatch.range.text.bank import LANGUAGES, NAMES, bank, read

if TYPE_CHECKING:
    from random import Random

Slots: TypeAlias = dict[str, str | int]

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
    """All fields of one language and the surroundings they share."""

    language: str
    fields: tuple[Field, ...]
    topics: tuple[tuple[int, str], ...]
    aspects: tuple[str, ...]
    places: tuple[str, ...]
    orgs: tuple[str, ...]
    periods: tuple[str, ...]
    extras: tuple[str, ...]


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
    return World(
        language,
        fields,
        tuple((index, topic) for index, field in enumerate(fields) for topic in field.topics),
        words.words("aspects"),
        words.words("places"),
        words.words("orgs"),
        words.words("periods"),
        words.words("extras"),
    )


def draw(rng: Random, world: World, topic: int | None = None, aspect: int | None = None) -> Slots:
    """The slots of one subject; topic and aspect may be given, the rest is drawn."""
    pick = rng.random
    number, title = world.topics[int(pick() * len(world.topics)) if topic is None else topic]
    field = world.fields[number]
    things, aspects = field.things, world.aspects
    first, second = things[int(pick() * len(things))], things[int(pick() * len(things))]
    org = world.orgs[int(pick() * len(world.orgs))]
    return {
        "topic": title,
        "aspect": aspects[int(pick() * len(aspects)) if aspect is None else aspect],
        "person": field.people[int(pick() * len(field.people))],
        "thing": first,
        "thing2": second,
        "thing2x": f"item_{int(pick() * 90) + 2}",
        "unit": field.units[int(pick() * len(field.units))],
        "place": world.places[int(pick() * len(world.places))],
        "org": org,
        "orgx": org,
        "period": world.periods[int(pick() * len(world.periods))],
        "extra": world.extras[int(pick() * len(world.extras))],
        "n": int(pick() * 960) + 12,
        "m": int(pick() * 94) + 3,
        "k": int(pick() * 8) + 2,
        "language": NAMES[LANGUAGES[int(pick() * len(LANGUAGES))]],
        "codelang": CODE_LANGUAGES[int(pick() * len(CODE_LANGUAGES))],
        "codeword": f"{_VERBS[int(pick() * 11)]}_{_word(first)}_{int(pick() * 900)}",
        "codeword2": f"{_VERBS[int(pick() * 11)]}_{_word(second)}",
        "labels": LABELS[int(pick() * len(LABELS))],
    }


def _word(thing: str) -> str:
    return thing.replace(" ", "_").lower()


def stir(rng: Random, world: World, slots: Slots) -> Slots:
    """Change a subject's numbers and surroundings in place, so that its next sentence tells something new."""
    pick = rng.random
    slots["n"] = int(pick() * 960) + 12
    slots["m"] = int(pick() * 94) + 3
    slots["k"] = int(pick() * 8) + 2
    slots["aspect"] = world.aspects[int(pick() * len(world.aspects))]
    slots["place"] = world.places[int(pick() * len(world.places))]
    slots["period"] = world.periods[int(pick() * len(world.periods))]
    slots["extra"] = world.extras[int(pick() * len(world.extras))]
    return slots
