"""Asks a scripted second question after each answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import harvests
from stillwatch.range.text.bank import Bank, bank
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account, Author, Draft, Moment

ABOUT = "a scripted second turn after every first"
EVADES = ("no_follow_up",)
COSTS = "every answer takes two requests"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=2.0 * attack.per_answer)


@dataclasses.dataclass(frozen=True, slots=True)
class Scripted:
    """Every other exchange of the author goes on from an answer."""

    author: Author
    words: Bank

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The author's exchange, or a further question after it."""
        made = self.author.write(rng, aside, moment)
        if moment.serial % 2:
            slots = draw(rng, subjects(self.words.language))
            follow = self.words.say(rng, "follow").format_map(slots)
            made["messages"] = [
                *made["messages"],
                {"role": "assistant", "content": made["response_text"]},
                {"role": "user", "content": follow},
            ]
        return made


def dress(members: list[Account], attack: Attack, rng: Random) -> None:  # noqa: ARG001 - the contract of moves
    """Second turns for all."""
    for _, _, stream in harvests(members):
        stream.author = Scripted(stream.author, bank("en", attack.split))
