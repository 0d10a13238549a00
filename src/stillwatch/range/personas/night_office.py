"""An office that works at night and shares one line, one payment and one way of asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.authors.mixed import MixedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.03
NEW = False


_TEAM = 12


def recruit(cohort: Cohort) -> list[Account]:
    """Night shifts: everybody starts and stops together."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        country = cohort.country()
        name = len(found)
        words = cohort.words(country, 0.4)
        office = cohort.networks.office((cohort.archetype, name), country)
        frame = write_frame(rng, words, ("summarise", "format_md"), system=False)
        for _ in range(min(_TEAM, cohort.count - len(found))):
            work = FramedAuthor(
                (frame,), ("document",), "bullets", paraphrase=0.25, topics=cohort.topics(words, 8)
            )
            private = ChatAuthor(words, cohort.topics(words, 6))
            rhythm = Rhythm("night", 0.6, 5.0, 180.0)
            found.append(
                cohort.account(
                    [Stream(MixedAuthor((work, private)), rhythm, cohort.heavy_tail(45, 0.5))],
                    country=country,
                    addresses=office,
                    organization=cohort.organization(name),
                    payment=cohort.networks.payment("organisation", cohort.archetype, name),
                )
            )
    return found
