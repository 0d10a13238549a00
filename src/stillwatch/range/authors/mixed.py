"""Many authors behind one account: resellers, gateways, offices, data-labelling lines."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.text.answers import answer
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author, Draft, Moment
    from stillwatch.range.text.bank import Bank


@dataclasses.dataclass(frozen=True, slots=True)
class MixedAuthor:
    """One of several authors per session, the first ones most often."""

    authors: tuple[Author, ...]
    skew: float = 2.0

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """What the session's author writes."""
        share = (moment.session % 9973) / 9973
        return self.authors[int(share**self.skew * len(self.authors))].write(rng, aside, moment)


@dataclasses.dataclass(frozen=True, slots=True)
class SetTasks:
    """A few fixed texts that a class or a community sends, some word for word, some in own words.

    Attributes:
        tasks: the fixed texts in the order they are handed out over the window.
        own: who writes the other messages of these people.
        share: share of sessions that open with one of the tasks.
        verbatim: share of those that paste it unchanged.
    """

    tasks: tuple[str, ...]
    reworded: tuple[tuple[str, ...], ...]
    own: Author
    words: Bank
    share: float = 0.6
    verbatim: float = 0.6

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """A task of the current week, or anything else."""
        made = self.own.write(rng, aside, moment)
        if moment.turn == 0 and rng.random() < self.share:
            reach = max(0.0, min(1.0, moment.elapsed + 0.15))
            index = int(rng.random() * max(1, reach * len(self.tasks)))
            task = self.tasks[index]
            if rng.random() >= self.verbatim:
                task = self.reworded[index][int(rng.random() * len(self.reworded[index]))]
            slots = draw(rng, subjects(self.words.language))
            made["messages"] = [{"role": "user", "content": task}]
            made["response_text"] = answer(rng, self.words, "steps", slots, 120 + int(rng.random() * 150))
        return made
