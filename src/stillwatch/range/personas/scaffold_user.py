"""Unrelated people who copy the same well-known prompt frames, with or without small changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.authors.mixed import MixedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text import public

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.08
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Everybody picks one or two popular frames and own material."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        frames = tuple(
            public.scaffold(cohort.english, int(rng.random() ** 2 * public.SCAFFOLDS))
            for _ in range(1 + int(rng.random() * 2))
        )
        framed = FramedAuthor(
            frames,
            ("question", "graded", "sensitive", "document"),
            rng.choice(("prose", "steps", "score")),
            paraphrase=rng.choice((0.0, 0.0, 0.2, 0.5)),
            topics=cohort.topics(cohort.english, 8),
            stream=True,
        )
        chat = ChatAuthor(cohort.words(country), (1, 5, 9, 14, 21), wishful=0.2)
        found.append(
            cohort.account(
                [
                    Stream(
                        MixedAuthor((framed, chat)),
                        Rhythm("evening", 1.0, 3.0, 90.0),
                        cohort.heavy_tail(30, 0.9),
                    )
                ],
                country=country,
            )
        )
    return found
