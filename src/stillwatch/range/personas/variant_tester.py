"""Product teams that try a dozen versions of one prompt and have them reworded all the time."""

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

_TEAM = 4
_VERSIONS = 12


def recruit(cohort: Cohort) -> list[Account]:
    """Teams of four, each member with three of the team's twelve versions, some reworded each time."""
    found: list[Account] = []
    while len(found) < cohort.count:
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.7)
        name = len(found)
        demands = tuple(rng.sample(("steps", "check", "audience", "rewrite", "rubric", "format_json"), 2))
        versions = [write_frame(rng, words, demands) for _ in range(_VERSIONS)]
        for _ in range(min(_TEAM, cohort.count - len(found))):
            author = FramedAuthor(
                tuple(rng.sample(versions, 3)),
                ("question", "message", "document"),
                "prose",
                paraphrase=rng.choice((0.0, 0.4, 0.8)),
                topics=cohort.topics(words, 15),
            )
            found.append(
                cohort.account(
                    [Stream(author, Rhythm("office", 0.3, 9.0, 25.0), cohort.heavy_tail(60, 0.7))],
                    country=country,
                    organization=cohort.organization(name),
                    agents=PROGRAMS,
                )
            )
    return found
