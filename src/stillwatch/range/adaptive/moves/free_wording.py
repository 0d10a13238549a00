"""Asks in ever new words; no sentence is kept from one exchange to the next."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.moves import LINKING
from stillwatch.range.adaptive.reshaping import framed, harvests

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.authors.framed import FramedAuthor
    from stillwatch.range.plan import Account

ABOUT = "every request in words of its own"
EVADES = (LINKING,)
COSTS = "a model writes every request: a quarter of its price"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, query_extra=1.25 * attack.query_extra)


def dress(members: list[Account], attack: Attack, rng: Random) -> None:  # noqa: ARG001 - the contract of moves
    """What the frames demand, in new words each time."""
    for _, _, stream in harvests(members):
        stream.author = framed(stream.author, _freed)


def _freed(author: FramedAuthor) -> FramedAuthor:
    intents = tuple(dict.fromkeys(part.intent for part in author.frames[0].instructions))
    wanted = tuple(intent for intent in intents if intent not in ("role", "brief"))
    return dataclasses.replace(author, demands=author.demands or wanted, paraphrase=1.0)
