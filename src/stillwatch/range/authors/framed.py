"""A program that sends material inside a frame: products, harness-like scripts, research, and campaigns."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import LARGE, draft, prompt
from stillwatch.range.seeding import mix
from stillwatch.range.text.answers import answer
from stillwatch.range.text.frames import Frame, write_frame
from stillwatch.range.text.payloads import compose
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Draft, Moment
    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.subjects import Slots


@dataclasses.dataclass(frozen=True, slots=True)
class Pool:
    """Payloads to be drawn without replacement, spread evenly over topics and aspects.

    Attributes:
        seed: payload number i is the same for every account of the pool's owner.
        stride: step through the taxonomy, coprime to its size, so that neighbours differ.
    """

    seed: int
    stride: int = 101

    def place(self, language: str, item: int) -> tuple[int, int]:
        """Topic and aspect of a payload."""
        world = subjects(language)
        topic = (item * self.stride) % len(world.topics)
        return topic, (item // len(world.topics) + item * 7) % len(world.aspects)


@dataclasses.dataclass(frozen=True, slots=True)
class FramedAuthor:
    """Material in a frame.

    Attributes:
        frames: one is used per session.
        kinds: kinds of payload.
        shape: how the model answers.
        paraphrase: share of the frame's sentences reworded in each exchange.
        demands: where given, every exchange gets a frame of its own for them (free rewriting).
        topics: the topics the material is about, most frequent first; empty means all, evenly.
        answer_words: mean length of the answer.
        material: ready payloads to be used instead of composed ones.
        lengths: where given, answers are as long as one of these, in words.
    """

    frames: tuple[Frame, ...]
    kinds: tuple[str, ...]
    shape: str
    size: float = 3.0
    paraphrase: float = 0.0
    demands: tuple[str, ...] = ()
    topics: tuple[int, ...] = ()
    pool: Pool | None = None
    answer_words: int = 180
    model: str = LARGE
    temperature: float | None = None
    max_tokens: int | None = None
    stream: bool = False
    material: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """One request of the program and its answer."""
        frame = self.frames[moment.session % len(self.frames)]
        words = frame.words
        payload, slots = self._payload(rng, aside, words, moment)
        if self.demands:
            system, user = self._freely(rng, words, payload)
        else:
            system, user = frame.render(rng, payload, self.paraphrase)
        length = self._length(rng)
        return draft(
            prompt(system, user),
            answer(rng, words, self.shape, slots, length),
            model=self.model,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            stream=self.stream,
        )

    def _payload(self, rng: Random, aside: Random, words: Bank, moment: Moment) -> tuple[str, Slots]:
        """What the request is about: the pool's next item, or anything."""
        pooled = self.pool is not None and moment.item >= 0
        if self.material:
            index = moment.item if pooled else int(rng.random() * len(self.material))
            return self.material[index % len(self.material)], draw(rng, subjects(words.language))
        if self.pool is not None and pooled:
            aside.seed(mix(self.pool.seed, moment.item))
            kind = self.kinds[moment.item % len(self.kinds)]
            place = self.pool.place(words.language, moment.item)
            size = self._size(aside)
            return compose(aside, words, kind, *place, size=size)
        number = self.topics[int(rng.random() ** 2 * len(self.topics))] if self.topics else None
        kind = self.kinds[int(rng.random() * len(self.kinds))]
        return compose(rng, words, kind, number, size=self._size(rng))

    def _length(self, rng: Random) -> int:
        if self.lengths:
            return self.lengths[int(rng.random() * len(self.lengths))]
        return int(self.answer_words * (0.5 + rng.random()))

    def _size(self, rng: Random) -> int:
        return max(1, int(self.size * (0.4 + 1.2 * rng.random())))

    def _freely(self, rng: Random, words: Bank, payload: str) -> tuple[str | None, str]:
        """The demands in the words any person might use, nothing kept from one exchange to the next."""
        if rng.random() < 0.1:
            return write_frame(rng, words, self.demands).render(rng, payload)
        world = subjects(words.language)
        slots = {
            "n": 20 + int(rng.random() * 300),
            "m": 3 + int(rng.random() * 90),
            "k": 2 + int(rng.random() * 8),
        }
        field = world.fields[int(rng.random() * len(world.fields))]
        given: dict[str, str | int] = {
            **slots,
            "person": field.people[int(rng.random() * len(field.people))],
            "place": world.places[int(rng.random() * len(world.places))],
            "orgx": world.orgs[int(rng.random() * len(world.orgs))],
            "thing": field.things[int(rng.random() * len(field.things))],
            "unit": field.units[0],
            "labels": "yes, no, unclear",
            "language": "English",
            "codelang": "Python",
            "thing2": field.things[0],
        }
        parts = [words.say(rng, intent).format_map(given) for intent in self.demands]
        parts.insert(int(rng.random() * (len(parts) + 1)), payload)
        return None, (" " if rng.random() < 0.6 else "\n\n").join(parts)
