"""People on the road: another country and network every few days, otherwise ordinary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.03
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each person with several stops."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        stops = tuple(
            cohort.networks.home(rng, cohort.country())[0] for _ in range(2 + int(rng.random() * 4))
        )
        words = cohort.words(country)
        author = ChatAuthor(words, cohort.topics(words, 10), talkative=1.5)
        found.append(
            cohort.account(
                [Stream(author, Rhythm("waking", 1.2, 3.0, 80.0), cohort.heavy_tail(30, 0.9))],
                country=country,
                addresses=stops,
                travels=True,
            )
        )
    return found
