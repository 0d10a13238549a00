"""An engineer whose own program runs many agents at once over his repositories, day and night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import AgentAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.01
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each engineer with an own system prompt, demanding complete reasoning notes from the agents."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words, slots = cohort.english, draw(rng, subjects("en"))
        system = "\n".join(words.write(rng, "agent_rule").format_map(slots) for _ in range(9))
        demands = ("steps", "trace", "check")
        rules = tuple(words.write(rng, intent).format_map(slots) for intent in demands)
        author = AgentAuthor(
            words,
            system,
            cohort.topics(cohort.english, 4),
            instructions=rules,
            paraphrase=0.3,
            demands=demands,
        )
        rhythm = Rhythm("waking", 1.0, 40.0, 4.0, 1.0)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(250, 0.7))],
                country=country,
                agents=PROGRAMS,
                keys=3,
            )
        )
    return found
