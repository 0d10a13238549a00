"""People who chat about whatever moves them, in ten languages; some want every step explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.drafts import MODELS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.27
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each person alone, with favourite topics and own hours."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country)
        author = ChatAuthor(
            words,
            cohort.topics(words, 4 + int(rng.random() * 12)),
            wishful=rng.random() * 0.6,
            talkative=0.6 + rng.expovariate(0.7),
            model=rng.choice(MODELS),
        )
        rhythm = Rhythm(
            rng.choice(("waking", "evening", "evening", "office")),
            0.5 + rng.random(),
            2.0 + 3 * rng.random(),
            95.0,
        )
        found.append(cohort.account([Stream(author, rhythm, cohort.heavy_tail(30, 1.1))], country=country))
    return found
