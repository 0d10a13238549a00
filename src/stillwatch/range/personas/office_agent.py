"""Small firms whose assistant looks up records, books and sends mail through tools, all day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import OFFICE_TOOLS, AgentAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each firm an own system prompt and own habits."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        words, slots = cohort.english, draw(rng, subjects("en"))
        system = "\n".join(
            words.write(rng, intent).format_map(slots) for intent in ("role", "brief", *("agent_rule",) * 5)
        )
        author = AgentAuthor(words, system, cohort.topics(words, 4), tools=OFFICE_TOOLS, task="screen_task")
        country = cohort.country()
        found.append(
            cohort.account(
                [Stream(author, Rhythm("office", 0.4, 8.0, 20.0), cohort.heavy_tail(70, 0.9))],
                country=country,
                addresses=cohort.networks.office((cohort.archetype, index), country),
                organization=cohort.organization(index),
                agents=PROGRAMS,
            )
        )
    return found
