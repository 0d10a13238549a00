"""People who move to a larger plan in the middle: suddenly ten times the volume, from a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.drafts import SMALL
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import BROWSERS, PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """First a little chat on the small model, then an own script on the large one."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country)
        before = ChatAuthor(words, cohort.topics(words, 6), model=SMALL)
        frame = write_frame(rng, words, (rng.choice(("summarise", "steps", "rewrite")), "length"))
        after = FramedAuthor(
            (frame,), ("document", "question"), "prose", paraphrase=0.2, topics=cohort.topics(words, 9)
        )
        change = 0.2 + 0.6 * rng.random()
        streams = [
            Stream(before, Rhythm("evening", 1.0, 3.0, 90.0), cohort.heavy_tail(10, 0.6)),
            Stream(
                after,
                Rhythm("waking", 0.9, 12.0, 15.0),
                cohort.heavy_tail(90, 0.6),
                window=cohort.window.part(change, 1.0),
            ),
        ]
        found.append(cohort.account(streams, country=country, agents=(*BROWSERS[:3], *PROGRAMS[:3])))
    return found
