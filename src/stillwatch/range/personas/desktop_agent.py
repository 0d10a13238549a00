"""Staff whose desktop assistant reads the screen and clicks for them: one client, bursts of small steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import SCREEN_TOOLS, AgentAuthor
from stillwatch.range.infrastructure import CLIENTS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text import public

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.02
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Everyday errands in the same few applications."""
    found = []
    for _ in range(cohort.count):
        rng = cohort.rng
        words = cohort.english
        client = int(rng.random() * public.CLIENTS)
        author = AgentAuthor(
            words,
            public.client_prompt(words, client),
            cohort.topics(words, 5),
            tools=SCREEN_TOOLS,
            task="screen_task",
            step="screen_step",
            seen="screen",
        )
        found.append(
            cohort.account(
                [Stream(author, Rhythm("office", 0.3, 16.0, 9.0), cohort.heavy_tail(60, 0.9))],
                country=cohort.country(),
                agents=CLIENTS[client : client + 1],
            )
        )
    return found
