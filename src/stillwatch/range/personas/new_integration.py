"""A spreadsheet add-on released inside the window: small firms run it over their own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import MID
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = True


def recruit(cohort: Cohort) -> list[Account]:
    """Unrelated firms, one new template that extracts and explains, runs of many rows."""
    rng = cohort.rng
    frame = write_frame(rng, cohort.english, ("extract", "steps", "format_json"), system=True)
    found = []
    for index in range(cohort.count):
        country = cohort.country()
        author = FramedAuthor(
            (frame,),
            ("document", "message"),
            "bullets",
            topics=cohort.topics(cohort.english, 5),
            model=MID,
            temperature=0.0,
        )
        joined = 0.3 + 0.6 * rng.random()
        stream = Stream(
            author,
            Rhythm("office", 0.3, 25.0, 4.0),
            cohort.heavy_tail(40, 0.7),
            window=cohort.window.part(joined, 1.0),
        )
        found.append(
            cohort.account(
                [stream],
                country=country,
                organization=cohort.organization(index),
                agents=PROGRAMS[:4],
                age_days=cohort.recent(joined) if rng.random() < 0.5 else None,
                newcomer=True,
            )
        )
    return found
