"""Plans that call many tools, harvested step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import OFFICE_TOOLS, AgentAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import VALIDATION
from stillwatch.range.text import public
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "calls of business tools in order, step by step"
KIND = Kind.AGENTIC
SPLIT = VALIDATION
DEFAULTS = Knobs(accounts=90, exchanges=60, paraphrase=0.2, dilution=0.3)
COVERS = ("office_agent", "coding_agent", "office_agent")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words, slots = harvest.english, draw(harvest.common, subjects("en"))
    demands = ("agent_rule", "check", "agent_rule")
    system = public.client_prompt(words, int(harvest.common.random() * public.CLIENTS))
    return AgentAuthor(
        words,
        system,
        (0,),
        tools=OFFICE_TOOLS,
        instructions=harvest.lines(words, demands, slots),
        paraphrase=harvest.rewording,
        demands=demands,
        pool=harvest.pool,
        task="screen_task",
    )
