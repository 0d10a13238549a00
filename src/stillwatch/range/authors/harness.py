"""Public items in list order or shuffled, word for word, as evaluation harnesses send them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import LARGE, draft, prompt
from stillwatch.range.text import public
from stillwatch.range.text.answers import answer
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Draft, Moment
    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.frames import Frame


@dataclasses.dataclass(frozen=True, slots=True)
class HarnessAuthor:
    """Items of a public set.

    Attributes:
        words: the bank the set was once written from.
        start: number of the first item this account sends.
        stride: step from item to item.
        material: ready items to be used instead of the set's.
        frame: the harness's wording; None sends the bare item.
    """

    words: Bank
    name: str
    start: int = 0
    stride: int = 1
    frame: Frame | None = None
    shape: str = "steps"
    temperature: float | None = 0.0
    model: str = LARGE
    max_tokens: int | None = 1024
    answer_words: int = 120
    material: tuple[str, ...] = ()

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:  # noqa: ARG002 - the contract of authors
        """The next item and its answer."""
        index = moment.item if moment.item >= 0 else self.start + moment.serial * self.stride
        if self.material:
            text = self.material[index % len(self.material)]
        else:
            text = public.item(self.words, self.name, index % public.SETS[self.name][1])
        system, user = (None, text) if self.frame is None else self.frame.render(rng, text)
        slots = draw(rng, subjects(self.words.language))
        return draft(
            prompt(system, user),
            answer(rng, self.words, self.shape, slots, int(self.answer_words * (0.5 + rng.random()))),
            model=self.model,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
        )
