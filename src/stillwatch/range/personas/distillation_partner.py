"""A partner with a contract that permits distillation: one organisation, registered with the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor, Pool
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.seeding import number
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.003
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Several accounts of one organisation that share one pool of payloads."""
    rng = cohort.rng
    frame = write_frame(rng, cohort.english, ("steps", "trace", "format_final"), system=True)
    pool = Pool(number(*cohort.seed, "partner pool"))
    author = FramedAuthor(
        (frame,),
        ("problem", "question", "code"),
        "trace",
        pool=pool,
        answer_words=330,
        max_tokens=8192,
        temperature=0.7,
    )
    office = cohort.networks.office(cohort.archetype, "US", 3)
    return [
        cohort.account(
            [Stream(author, Rhythm("flat", 1.0, 50.0, 4.0), cohort.heavy_tail(400, 0.2), pool_id="partner")],
            addresses=office,
            organization=cohort.organization("partner"),
            payment=cohort.networks.payment("partner"),
            agents=PROGRAMS[:1],
            age_days=200.0,
        )
        for _ in range(max(2, cohort.count))
    ]
