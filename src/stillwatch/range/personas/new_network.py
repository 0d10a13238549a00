"""People who change their provider or move house: another network from one day on, everything else the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """One line in the first half of the window, another in the second."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country)
        lines = (cohort.networks.home(rng, country)[0], cohort.networks.home(rng, country)[0])
        author = ChatAuthor(words, cohort.topics(words, 8), wishful=0.4 * rng.random())
        stream = Stream(author, Rhythm("waking", 1.0, 3.0, 90.0), cohort.heavy_tail(32, 0.9))
        found.append(cohort.account([stream], country=country, addresses=lines, travels=True))
    return found
