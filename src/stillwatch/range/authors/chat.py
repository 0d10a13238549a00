"""A person at a keyboard: sessions on a subject, follow-up questions, at times a demand for every step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.range.authors.drafts import LARGE, draft
from stillwatch.range.text.answers import answer
from stillwatch.range.text.payloads import KINDS
from stillwatch.range.text.subjects import draw, stir, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Draft, Moment
    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.subjects import Slots

WISHES = (
    "steps",
    "trace",
    "rubric",
    "rewrite",
    "format_final",
    "format_md",
    "length",
    "audience",
    "check",
    "summarise",
    "teach",
    "evolve",
)
_SHAPES = {"steps": "steps", "trace": "trace", "rubric": "score", "format_md": "bullets", "rewrite": "text"}
_KINDS = ("question", "question", "question", "problem", "message", "sensitive", "document", "code", "graded")


@dataclasses.dataclass(frozen=True, slots=True)
class ChatAuthor:
    """Human chat.

    Attributes:
        words: the bank the person speaks from.
        favourites: topics (by number) the person comes back to, most loved first.
        wishful: share of requests that add a demand on how to answer.
        talkative: about how many sentences a first message has.
        topic: where set, the one topic this stream is about.
        material: ready first messages to be used instead of composed ones.
    """

    words: Bank
    favourites: tuple[int, ...]
    wishful: float = 0.3
    talkative: float = 2.0
    model: str = LARGE
    topic: int | None = None
    material: tuple[str, ...] = ()

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """A first message, or a follow-up with what came before it."""
        aside.seed(moment.session)
        first, reply, slots = self._opening(aside)
        if moment.turn == 0:
            return draft([{"role": "user", "content": first}], reply, model=self.model, stream=True)
        messages: list[dict[str, Any]] = [
            {"role": "user", "content": first},
            {"role": "assistant", "content": reply},
        ]
        words, world = self.words, subjects(self.words.language)
        slots = stir(rng, world, slots)
        messages.append(
            {
                "role": "user",
                "content": words.say(rng, "drill" if rng.random() < 0.15 else "follow").format_map(slots),
            }
        )
        return draft(
            messages,
            answer(rng, self.words, "prose", slots, 30 + int(rng.random() * 150)),
            model=self.model,
            stream=True,
        )

    def _topic(self, rng: Random) -> int:
        if self.topic is not None:
            return self.topic
        return self.favourites[int(rng.random() ** 2.5 * len(self.favourites))]

    def _opening(self, rng: Random) -> tuple[str, str, Slots]:
        words, world = self.words, subjects(self.words.language)
        slots = draw(rng, world, self._topic(rng))
        if self.material and self.topic is None:
            said = self.material[int(rng.random() * len(self.material))]
            return said, answer(rng, words, "prose", slots, 50 + int(rng.random() ** 2 * 330)), slots
        kind = _KINDS[int(rng.random() * len(_KINDS))]
        size = min(9, int(rng.expovariate(1.0 / self.talkative)))
        parts = []
        if rng.random() < 0.35:
            parts.append(words.say(rng, "open").format_map(slots))
        parts.append(KINDS[kind](rng, words, world, slots, max(size, 0 if kind == "question" else 1)))
        shape = {"code": "code", "graded": "score"}.get(kind, "prose")
        if rng.random() < self.wishful:
            wish = WISHES[int(rng.random() ** 1.3 * len(WISHES))]
            shape = _SHAPES.get(wish, shape)
            wished = [
                words.say(rng, wish).format_map(stir(rng, world, slots))
                for _ in range(1 + (rng.random() < 0.4))
            ]
            if rng.random() < 0.3:
                parts[-1:-1] = wished
            else:
                parts += wished
        if rng.random() < 0.3:
            parts.append(words.say(rng, "close").format_map(slots))
        reply = answer(rng, self.words, shape, slots, 50 + int(rng.random() ** 2 * 330))
        return " ".join(parts), reply, slots
