"""Asks plainly, and gets the reasoning out of further questions."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import framed, harvests
from stillwatch.range.text.bank import bank
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account

ABOUT = "plain questions, no demand on the form of the answer"
EVADES = ("solicitation",)
COSTS = "the reasoning takes a second question: twice the requests"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=2.0 * attack.per_answer)


def dress(members: list[Account], attack: Attack, rng: Random) -> None:
    """The same frames without what they demand."""
    frame = write_frame(rng, bank("en", attack.split), ("audience",))
    for _, _, stream in harvests(members):
        stream.author = framed(
            stream.author, lambda author: dataclasses.replace(author, frames=(frame,), demands=())
        )
