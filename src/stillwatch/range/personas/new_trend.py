"""A trend: a topic that many unrelated people suddenly ask about, each in own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.subjects import subjects

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.03
NEW = True


def recruit(cohort: Cohort) -> list[Account]:
    """Ordinary people who all come to one topic in the same days."""
    rng = cohort.rng
    hot = int(rng.random() * 300)
    begin = 0.3 + 0.3 * rng.random()
    found = []
    for _ in range(cohort.count):
        country = cohort.country()
        words = cohort.words(country, 0.7)
        size = len(subjects(words.language).topics)
        trend = ChatAuthor(words, (hot % size,), wishful=0.5, topic=hot % size)
        other = ChatAuthor(words, cohort.topics(words, 8))
        when = cohort.window.part(begin, min(1.0, begin + 0.3))
        streams = [
            Stream(trend, Rhythm("waking", 1.0, 2.0, 80.0), cohort.heavy_tail(5, 0.6), window=when),
            Stream(other, Rhythm("evening", 1.0, 3.0, 90.0), cohort.heavy_tail(10, 0.9)),
        ]
        found.append(cohort.account(streams, country=country))
    return found
