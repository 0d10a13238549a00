"""Learners whose tutoring app sends its own frame from their own accounts and asks for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.06
NEW = False


_APP = 90


def recruit(cohort: Cohort) -> list[Account]:
    """Established apps with about ninety learners each."""
    found: list[Account] = []
    while len(found) < cohort.count:
        frame = write_frame(cohort.rng, cohort.english, ("steps", "audience", "check"), system=True)
        for _ in range(min(_APP, cohort.count - len(found))):
            country = cohort.country()
            author = FramedAuthor(
                (frame,),
                ("problem", "question"),
                "steps",
                size=2.0,
                topics=cohort.topics(cohort.english, 6),
                answer_words=200,
                stream=True,
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("evening", 0.9, 5.0, 140.0), cohort.heavy_tail(30, 0.8))],
                    country=country,
                    agents=("example-tutor/2.4.1",),
                )
            )
    return found
