"""Whole tool-using trajectories, sent through the prompt of a public client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import AgentAuthor
from stillwatch.range.kinds import Kind
from stillwatch.range.knobs import Knobs
from stillwatch.range.splits import TRAIN
from stillwatch.range.text import public
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.plan import Author

ABOUT = "whole tool-using trajectories on software tickets"
KIND = Kind.AGENTIC
SPLIT = TRAIN
DEFAULTS = Knobs(accounts=90, exchanges=50, paraphrase=0.2, dilution=0.2)
COVERS = ("coding_agent", "coding_agent", "orchestrator")


def author(harvest: Harvest) -> Author:
    """The member's writer."""
    words, slots = harvest.english, draw(harvest.common, subjects("en"))
    demands = ("agent_rule", "steps", "check")
    rules = harvest.lines(words, demands, slots)
    system = public.client_prompt(words, int(harvest.common.random() * public.CLIENTS))
    return AgentAuthor(
        words,
        system,
        (0,),
        instructions=rules,
        paraphrase=harvest.rewording,
        demands=demands,
        pool=harvest.pool,
        whole=True,
    )
