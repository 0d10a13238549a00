"""Gives every account its own field, so that each looks like a person with a subject."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import framed, harvests
from stillwatch.range.authors.framed import FramedAuthor, Pool

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account

ABOUT = "each account asks about a few topics of its own"
EVADES = ("coverage",)
COSTS = "the pool has to be sorted: a tenth of it cannot be placed"
_FIELD = 5
_LEAST_TOPICS = 40  # every language has at least as many


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=1.1 * attack.per_answer)


@dataclasses.dataclass(frozen=True, slots=True)
class Field(Pool):
    """A pool of which one account sees a few topics only."""

    topics: tuple[int, ...] = ()

    def place(self, language: str, item: int) -> tuple[int, int]:
        """Topic and aspect of a payload, the topic one of the own."""
        _, aspect = Pool.place(self, language, item)
        return self.topics[item % len(self.topics)], aspect


def dress(members: list[Account], attack: Attack, rng: Random) -> None:  # noqa: ARG001 - the contract of moves
    """A few topics for each account."""
    for _, _, stream in harvests(members):
        topics = tuple(rng.randrange(_LEAST_TOPICS) for _ in range(_FIELD))
        stream.author = framed(stream.author, functools.partial(_narrowed, topics))


def _narrowed(topics: tuple[int, ...], author: FramedAuthor) -> FramedAuthor:
    if author.pool is None:
        return author
    return dataclasses.replace(author, pool=Field(author.pool.seed, author.pool.stride, topics))
