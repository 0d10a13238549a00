"""Sends every item from three accounts, so that the work does not look divided."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import harvests

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account, Author, Draft, Moment

ABOUT = "every payload is asked for by three accounts"
EVADES = ("work_splitting",)
COSTS = "three requests for one answer"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=3.0 * attack.per_answer)


@dataclasses.dataclass(frozen=True, slots=True)
class Repeated:
    """The author with each payload standing for three numbers of the pool."""

    author: Author

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The exchange about a third of the number."""
        return self.author.write(rng, aside, dataclasses.replace(moment, item=moment.item // 3))


def dress(members: list[Account], attack: Attack, rng: Random) -> None:  # noqa: ARG001 - the contract of moves
    """A pool a third as large."""
    for _, _, stream in harvests(members):
        stream.author = Repeated(stream.author)
