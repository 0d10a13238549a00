"""A product that spreads its load over many accounts of one organisation: one template, one payment."""

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

SHARE = 0.012
NEW = False


_TEAM = 14


def recruit(cohort: Cohort) -> list[Account]:
    """Organisations of about a dozen accounts each."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        country = cohort.country()
        name = len(found)
        words = cohort.words(country, 0.6)
        frame = write_frame(rng, words, ("steps", "format_json"), system=True)
        topics = cohort.topics(words, 40)
        addresses = cohort.networks.cloud(rng, country, 4)
        for _ in range(min(_TEAM, cohort.count - len(found))):
            author = FramedAuthor(
                (frame,), ("question", "document"), "bullets", topics=topics, model=MID, temperature=0.2
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("consumer", 0.9, 1.1, 3.0), cohort.heavy_tail(220, 0.3))],
                    country=country,
                    addresses=addresses,
                    organization=cohort.organization(name),
                    payment=cohort.networks.payment("organisation", cohort.archetype, name),
                    agents=PROGRAMS[:2],
                )
            )
    return found
