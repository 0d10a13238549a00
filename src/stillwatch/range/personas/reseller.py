"""A lawful gateway: a few accounts that carry the mixed traffic of many end users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.authors.mixed import MixedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Author, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.004
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Few accounts, each with dozens of end users of every kind."""
    return [gateway(cohort, index) for index in range(max(1, cohort.count))]


def gateway(cohort: Cohort, index: int) -> Account:
    """One account of a gateway."""
    rng = cohort.rng
    users: list[Author] = []
    for _ in range(70):
        words = cohort.words(cohort.country())
        users.append(ChatAuthor(words, cohort.topics(words, 6), wishful=0.3 * rng.random() * 2))
    for _ in range(6):
        frame = write_frame(
            rng,
            cohort.english,
            tuple(rng.sample(("steps", "rubric", "summarise", "format_json", "rewrite"), 2)),
        )
        users.append(
            FramedAuthor((frame,), ("question", "document"), "prose", topics=cohort.topics(cohort.english, 9))
        )
    rng.shuffle(users)
    stream = Stream(
        MixedAuthor(tuple(users), 1.4), Rhythm("consumer", 0.9, 3.0, 45.0), cohort.heavy_tail(600, 0.5)
    )
    return cohort.account(
        [stream],
        addresses=cohort.networks.cloud(rng, "US", 4),
        organization=cohort.organization("gateway", index // 3),
        payment=cohort.networks.payment(cohort.organization("gateway", index // 3)),
        agents=PROGRAMS,
        keys=8,
    )
