"""Service desks that draft replies and sort tickets in shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.03
NEW = False


_TEAM = 6


def recruit(cohort: Cohort) -> list[Account]:
    """Teams that share an office line, an organisation and a frame."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        country = cohort.country()
        name = len(found)
        words = cohort.words(country, 0.3)
        frame = write_frame(rng, words, ("reply", "audience"), system=True)
        office = cohort.networks.office((cohort.archetype, name), country)
        for _ in range(min(_TEAM, cohort.count - len(found))):
            author = FramedAuthor(
                (frame,),
                ("message",),
                "prose",
                size=2.0,
                paraphrase=0.1,
                topics=cohort.topics(words, 8),
                answer_words=90,
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("office", 0.3, 6.0, 150.0), cohort.heavy_tail(90, 0.5))],
                    country=country,
                    addresses=office,
                    organization=cohort.organization(name),
                    payment=cohort.networks.payment("organisation", cohort.archetype, name),
                )
            )
    return found
