"""Staff behind the company's private network: many people on few addresses, own accounts and payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.04
NEW = False


_STAFF = 30


def recruit(cohort: Cohort) -> list[Account]:
    """Companies of about thirty people."""
    found: list[Account] = []
    while len(found) < cohort.count:
        exits = cohort.networks.vpn(len(found))
        for _ in range(min(_STAFF, cohort.count - len(found))):
            country = cohort.country()
            words = cohort.words(country, 0.6)
            author = ChatAuthor(words, cohort.topics(words, 9), wishful=0.4, talkative=3.0)
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("office", 0.2, 4.0, 110.0), cohort.heavy_tail(36, 0.8))],
                    country=country,
                    addresses=exits,
                )
            )
    return found
