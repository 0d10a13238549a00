"""What a fit learns from: a candidate whose truth is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """One candidate with its truth.

    Attributes:
        figures: by detector; those without one are missing.
        campaign: whether most of its members belong to campaigns.
        group: what it is one sighting of: a campaign or an honest community of one world.
        world: which world; worlds are left out one by one to say how well the fit carries over.
        tactic: the campaign's tactic, or the honest community's archetype.
        members: how many.
        share: what its group weighs in a fit.
    """

    figures: Mapping[str, float]
    campaign: bool
    group: str
    world: str
    tactic: str
    members: int
    share: float = 1.0
