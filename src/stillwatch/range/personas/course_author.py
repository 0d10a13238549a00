"""Teachers and authors who have lessons, exercises and harder variants written, subject by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each with an own way to ask, reworded from unit to unit."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        words = cohort.english
        demands = rng.choice(
            (("teach", "teach", "length"), ("evolve", "evolve", "format_md"), ("teach", "evolve"))
        )
        author = FramedAuthor(
            (write_frame(rng, words, demands),),
            ("question", "problem"),
            rng.choice(("prose", "steps")),
            paraphrase=rng.random() * 0.6,
            topics=cohort.topics(words, 12),
            answer_words=320,
            stream=True,
        )
        rhythm = Rhythm(rng.choice(("office", "evening")), 0.8, 5.0, 160.0)
        country = cohort.country()
        found.append(cohort.account([Stream(author, rhythm, cohort.heavy_tail(45, 0.8))], country=country))
    return found
