"""A laboratory that splits a public set over its members' accounts to be done sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.harness import HarnessAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text import public

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.008
NEW = False

_TEAM = 5


def recruit(cohort: Cohort) -> list[Account]:
    """Members of one organisation work off one list, everybody every fifth item, no wording of their own."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        country = cohort.country()
        group = len(found)
        name = rng.choice(list(public.SETS))
        frame = public.harness_frame(cohort.english, int(rng.random() * 6)) if rng.random() < 0.3 else None
        campus = cohort.networks.university(("laboratory", group), country)
        begin = int(rng.random() * 500)
        for member in range(min(_TEAM, cohort.count - len(found))):
            author = HarnessAuthor(
                cohort.english, name, begin + member, _TEAM, frame, temperature=rng.choice((0.0, None))
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("office", 0.6, 30.0, 5.0), cohort.heavy_tail(90, 0.4))],
                    country=country,
                    addresses=campus,
                    organization=cohort.organization(group),
                    agents=PROGRAMS,
                )
            )
    return found
