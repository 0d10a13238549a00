"""Teams that let the model grade their own product's answers with a rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.018
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each team its own rubric over its own subject."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.7)
        task, kind = rng.choice((("rubric", "graded"), ("prefer", "pair"), ("rubric", "panel")))
        frame = write_frame(rng, words, (task, task, rng.choice(("format_json", "format_final", "check"))))
        author = FramedAuthor(
            (frame,),
            (kind,),
            "score",
            topics=cohort.topics(words, 12),
            paraphrase=rng.choice((0.0, 0.0, 0.3)),
            temperature=0.0,
            answer_words=80,
        )
        rhythm = Rhythm(rng.choice(("nightly", "office")), 0.5, 60.0, 2.5)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(150, 0.8))],
                country=country,
                addresses=cohort.networks.cloud(rng, country),
                organization=cohort.organization(index),
                agents=PROGRAMS,
            )
        )
    return found
