"""Translators who push documents through in many languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.bank import LANGUAGES
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Small shops, each with its own wording and two or three language pairs."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        languages = rng.sample(LANGUAGES, 1 + int(rng.random() * 3))
        frames = tuple(
            write_frame(rng, cohort.bank(language), ("translate",), system=False) for language in languages
        )
        author = FramedAuthor(
            frames, ("document",), "text", size=4.0, paraphrase=rng.random() * 0.5, answer_words=220
        )
        rhythm = Rhythm("office", 0.2, 9.0, 200.0)
        found.append(cohort.account([Stream(author, rhythm, cohort.heavy_tail(70, 0.7))], country=country))
    return found
