"""Developers with a public coding client: bursts, tools, the same long system prompt as many others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import AgentAuthor
from stillwatch.range.infrastructure import CLIENTS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text import public
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.08
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Each developer works on a few repositories with one client."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        client = min(int(rng.expovariate(0.6)), public.CLIENTS - 1)
        author = AgentAuthor(
            cohort.english,
            public.client_prompt(cohort.english, client),
            cohort.topics(cohort.english, 1 + int(rng.random() * 3)),
            instructions=tuple(dict.fromkeys(own_rules(rng.random(), cohort))),
        )
        rhythm = Rhythm(rng.choice(("office", "evening", "waking")), 0.5, 14.0, 14.0, 0.9)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(55, 1.0))],
                country=country,
                agents=CLIENTS[client : client + 1],
            )
        )
    return found


def own_rules(share: float, cohort: Cohort) -> list[str]:
    """What developers put into their project's rules file."""
    words, slots = cohort.english, draw(cohort.rng, subjects("en"))
    intents = ("code_rule", "steps", "check", "agent_rule")[: int(share * 5)]
    return [words.write(cohort.rng, intent).format_map(slots) for intent in intents]
