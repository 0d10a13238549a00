"""Borrows well-known prompt frames that the site has seen before."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import framed, harvests
from stillwatch.range.text import public
from stillwatch.range.text.bank import bank

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.authors.framed import FramedAuthor
    from stillwatch.range.plan import Account
    from stillwatch.range.text.frames import Frame

ABOUT = "frames that everybody copies instead of an own template"
EVADES = ("novelty",)
COSTS = "answers fit worse: three tenths more are needed"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, per_answer=1.3 * attack.per_answer)


def dress(members: list[Account], attack: Attack, rng: Random) -> None:
    """One or two popular frames for each account."""
    words = bank("en", attack.split)
    for _, _, stream in harvests(members):
        frames = tuple(
            public.scaffold(words, int(rng.random() ** 2 * public.SCAFFOLDS))
            for _ in range(1 + (rng.random() < 0.5))
        )
        stream.author = framed(stream.author, functools.partial(_borrowing, frames))


def _borrowing(frames: tuple[Frame, ...], author: FramedAuthor) -> FramedAuthor:
    return dataclasses.replace(author, frames=frames, demands=())
