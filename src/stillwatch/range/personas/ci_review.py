"""Review loops in continuous integration: each push is reviewed at once, at any hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each repository its own review wording, sent from hosted runners."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        frame = write_frame(rng, cohort.english, ("review", "format_md", "check"), system=True)
        author = FramedAuthor(
            (frame,),
            ("code",),
            "bullets",
            size=5.0,
            topics=cohort.topics(cohort.english, 3),
            temperature=0.0,
            max_tokens=2048,
        )
        rhythm = Rhythm("office", 0.3, 7.0, 5.0, 0.7)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(80, 0.9))],
                country=cohort.country(),
                addresses=cohort.networks.cloud(rng, "US", 6),
                organization=cohort.organization(index),
                agents=PROGRAMS,
            )
        )
    return found
