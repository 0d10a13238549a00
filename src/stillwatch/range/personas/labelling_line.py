"""Data labelling and extraction pipelines over own documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import SMALL
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
    """Each pipeline one frame, short answers, large runs."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.6)
        task, kind, shape = rng.choice((("classify", "message", "label"), ("extract", "document", "bullets")))
        frame = write_frame(rng, words, (task, "format_json"))
        author = FramedAuthor(
            (frame,),
            (kind,),
            shape,
            topics=cohort.topics(words, 10),
            model=SMALL,
            temperature=0.0,
            answer_words=60,
            max_tokens=256,
        )
        rhythm = Rhythm(rng.choice(("flat", "nightly", "office")), 0.9, 220.0, 1.0)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(120, 0.9))],
                country=country,
                addresses=cohort.networks.cloud(rng, country),
                organization=cohort.organization(index),
                agents=PROGRAMS,
            )
        )
    return found
