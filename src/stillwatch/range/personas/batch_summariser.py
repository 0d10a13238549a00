"""Archives that have their documents summarised in nightly batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import MID
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.015
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Long documents, one frame, regular nights."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.5)
        frame = write_frame(rng, words, ("summarise", "length"))
        author = FramedAuthor(
            (frame,),
            ("document",),
            "bullets",
            size=6.0,
            topics=cohort.topics(words, 15),
            model=MID,
            temperature=0.2,
        )
        found.append(
            cohort.account(
                [Stream(author, Rhythm("nightly", 1.0, 120.0, 3.0), cohort.heavy_tail(160, 0.7))],
                country=country,
                addresses=cohort.networks.cloud(rng, country),
                organization=cohort.organization(index),
                agents=PROGRAMS,
            )
        )
    return found
