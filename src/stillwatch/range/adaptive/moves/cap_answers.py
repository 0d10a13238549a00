"""Asks for short answers, which are worth less."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import framed, harvests

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account

ABOUT = "answers are capped at about sixty words"
EVADES = ("answer_appetite",)
COSTS = "a short answer is worth less: half as many again are needed"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=1.5 * attack.per_answer)


def dress(members: list[Account], attack: Attack, rng: Random) -> None:  # noqa: ARG001 - the contract of moves
    """Shorter answers, as many tokens asked for."""
    for _, _, stream in harvests(members):
        stream.author = framed(
            stream.author, lambda author: dataclasses.replace(author, answer_words=60, max_tokens=256)
        )
