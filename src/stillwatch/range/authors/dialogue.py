"""A conversation without any template: an opening in own words, then turn after turn of asking further."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import LARGE, draft
from stillwatch.range.seeding import mix
from stillwatch.range.text.answers import answer
from stillwatch.range.text.payloads import compose
from stillwatch.range.text.subjects import stir, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.plan import Draft, Moment
    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.subjects import Slots


@dataclasses.dataclass(frozen=True, slots=True)
class DialogueAuthor:
    """Many turns about one subject.

    Attributes:
        demands: what the opening asks for besides its subject, said as people say it.
        pool: a list whose subjects are spread evenly over the sessions; none means own topics.
        material: ready openings to be used instead of composed ones.
        follow: intent of every further turn.
    """

    words: Bank
    demands: tuple[str, ...]
    pool: Pool | None
    kinds: tuple[str, ...]
    follow: str
    shape: str = "prose"
    topics: tuple[int, ...] = ()
    model: str = LARGE
    material: tuple[str, ...] = ()

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The opening, or a later turn with what came before it."""
        words, world = self.words, subjects(self.words.language)
        aside.seed(mix(self.pool.seed if self.pool else 0, moment.session))
        opening, slots = self._opening(aside, moment)
        if moment.turn == 0:
            reply = answer(rng, words, "prose", slots, 60 + int(rng.random() * 120))
            return draft([{"role": "user", "content": opening}], reply, model=self.model, stream=True)
        told = answer(aside, words, "prose", slots, 60)
        slots = stir(rng, world, slots)
        asked = words.say(rng, self.follow).format_map(slots)
        if rng.random() < 0.5:
            asked += " " + words.say(rng, "ask").format_map(slots)
        messages = [
            {"role": "user", "content": opening},
            {"role": "assistant", "content": told},
            {"role": "user", "content": asked},
        ]
        reply = answer(rng, words, self.shape, slots, 80 + int(rng.random() * 200))
        return draft(messages, reply, model=self.model, stream=True)

    def _opening(self, rng: Random, moment: Moment) -> tuple[str, Slots]:
        kind = self.kinds[int(rng.random() * len(self.kinds))]
        if self.pool is not None:
            place = self.pool.place(self.words.language, moment.session % 9973)
            text, slots = compose(rng, self.words, kind, *place, size=2)
        else:
            topic = self.topics[int(rng.random() ** 2 * len(self.topics))] if self.topics else None
            text, slots = compose(rng, self.words, kind, topic, size=2)
        if self.material:
            return self.material[int(rng.random() * len(self.material))], slots
        parts = [self.words.say(rng, demand).format_map(slots) for demand in self.demands]
        parts.insert(int(rng.random() * (len(parts) + 1)), text)
        return " ".join(parts), slots
