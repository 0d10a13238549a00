"""Security people with permission who probe the model with awkward questions in many wordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.004
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Few accounts of one registered firm each."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        frames = tuple(write_frame(rng, cohort.english, ("rewrite", "trace")) for _ in range(5))
        author = FramedAuthor(frames, ("sensitive",), "prose", paraphrase=0.6, temperature=1.0)
        found.append(
            cohort.account(
                [Stream(author, Rhythm("office", 0.4, 20.0, 20.0), cohort.heavy_tail(120, 0.6))],
                country=cohort.country(),
                organization=cohort.organization("registered", index // 3),
                agents=PROGRAMS,
            )
        )
    return found
