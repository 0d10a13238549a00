"""Whole tool-using trajectories, sent through the prompt of a public client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.agent import AgentAuthor
from stillwatch.range.knobs import Knobs
from stillwatch.range.text import public
from stillwatch.range.text.bank import bank
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.plan import Author

ABOUT = "whole tool-using trajectories on software tickets"
DEFAULTS = Knobs(timing="office")
COVERS = ("coding_agent", "coding_agent", "orchestrator")


def author(common: Random, own: Random, knobs: Knobs, pool: Pool, member: int) -> Author:  # noqa: ARG001 - the contract of families
    """The member's writer."""
    words, slots = bank("en"), draw(common, subjects("en"))
    demands = ("agent_rule", "steps", "check")
    rules = tuple(words.write(common, intent).format_map(slots) for intent in demands)
    system = public.client_prompt(int(common.random() * public.CLIENTS))
    return AgentAuthor(
        system, (0,), instructions=rules, paraphrase=knobs.paraphrase, demands=demands, pool=pool, whole=True
    )
