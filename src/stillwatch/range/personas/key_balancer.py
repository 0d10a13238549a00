"""A product that balances its load over dozens of keys and several accounts: what one sheds, the others do."""

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

SHARE = 0.008
NEW = False

_ACCOUNTS = 8


def recruit(cohort: Cohort) -> list[Account]:
    """Eight accounts of equal load an organisation, forty keys each, one queue of work."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        words = cohort.english
        name = len(found)
        frame = write_frame(
            rng, words, tuple(rng.sample(("steps", "check", "format_json", "summarise"), 2)), system=True
        )
        topics = cohort.topics(words, 60)
        addresses = cohort.networks.cloud(rng, "US", 3)
        for _ in range(min(_ACCOUNTS, cohort.count - len(found))):
            author = FramedAuthor(
                (frame,), ("question", "document"), "bullets", topics=topics, model=MID, temperature=0.0
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("consumer", 0.95, 1.2, 2.0), cohort.heavy_tail(200, 0.05))],
                    addresses=addresses,
                    organization=cohort.organization(name),
                    payment=cohort.networks.payment("organisation", cohort.archetype, name),
                    agents=PROGRAMS[:1],
                    keys=40,
                )
            )
    return found
