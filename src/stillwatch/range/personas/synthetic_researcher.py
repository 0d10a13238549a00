"""Researchers who make small sets of reasoned examples and ask for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.012
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Alone or in twos, a few hundred examples, own wording that changes from try to try."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.7)
        frames = tuple(
            write_frame(rng, words, ("steps", rng.choice(("trace", "check", "length")), "format_final"))
            for _ in range(1 + int(rng.random() * 3))
        )
        author = FramedAuthor(
            frames,
            ("problem", "question"),
            "trace",
            paraphrase=rng.random() * 0.5,
            topics=cohort.topics(words, 30),
            temperature=0.8,
            answer_words=300,
            max_tokens=4096,
        )
        addresses = cohort.networks.university(("research", int(rng.random() * 12)), country)
        rhythm = Rhythm("office", 0.6, 40.0, 6.0)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(110, 0.6))],
                country=country,
                addresses=addresses,
                agents=PROGRAMS,
            )
        )
    return found
