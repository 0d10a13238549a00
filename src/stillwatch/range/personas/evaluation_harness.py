"""Unrelated laboratories that run the same public benchmark, word for word, at temperature 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.harness import HarnessAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text import public

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """One of the public sets each, whole or in part, in one or a few bursts."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        name = rng.choice(list(public.SETS))
        frame = public.harness_frame(cohort.english, int(rng.random() * 6)) if rng.random() < 0.8 else None
        author = HarnessAuthor(
            cohort.english, name, start=0 if rng.random() < 0.7 else int(rng.random() * 500), frame=frame
        )
        rhythm = Rhythm("flat", 1.0, 180.0, 1.5, 0.6)
        found.append(
            cohort.account(
                [Stream(author, rhythm, min(cohort.heavy_tail(150, 0.8), public.SETS[name][1]))],
                country=country,
                addresses=cohort.networks.cloud(rng, country, 1 + int(rng.random() * 2)),
                agents=PROGRAMS,
            )
        )
    return found
