"""Campaigns of the training split whose knobs are drawn at random, so that a figure is learned in no fixed company.

The split has five ways to hide. Fitted to campaigns that use these alone, figures weigh what goes together in them, and
a sixth way is judged badly. What is drawn at random the fit cannot rely on (domain randomisation: Tobin et al. 2017,
doi:10.1109/IROS.2017.8202133). Only values that the split's own families and tactics use are drawn.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from stillwatch.range.campaigns import families_of, family
from stillwatch.range.spec import Planned, planned
from stillwatch.range.splits import TRAIN
from stillwatch.range.worlds import world_module

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.range.knobs import Knobs

LEAST_CAMPAIGNS: Final = 5
LEAST_MEMBERS: Final = 3
USUAL_SITE: Final = 5_000  # accounts at which campaigns are as large as below
_TACTICS: Final = ("crude", "mimicry", "neighbours", "office_hours", "behind_gateway")
_TIMINGS: Final = ("synchronised", "office", "jittered", "cloned")
_INFRASTRUCTURES: Final = ("shared", "moderate", "unique", "unique", "cloned")
_AGES: Final = ("fresh", "aged", "aged")
_DILUTIONS: Final = (0, 0, 0.3, 0.5, 0.7, 0.85, 0.95)
_EXCHANGES: Final = (8, 15, 30, 60, 120)
_ACCOUNTS: Final = (12, 20, 30, 45, 60)
_SHORTEST: Final = 0.25  # of the world's window
_FIELDS: Final = ("infrastructure", "age", "place")


def varied_campaigns(world: str, seed: int, accounts: int) -> tuple[Planned, ...]:
    """Campaigns for a training world, as many as it has itself and no fewer than five, each of another family.

    Args:
        world: name of the world; where all its own campaigns have the same infrastructure, age or place, so have these.
        seed: for the draws.
        accounts: of the world; members grow and shrink with it.

    Raises:
        StillwatchError: there is no such world.
    """
    own = world_module(world).spec(accounts, TRAIN).campaigns
    draw = random.Random(seed)  # noqa: S311 - reproducible on purpose, nothing secret
    names = list(families_of(TRAIN))
    draw.shuffle(names)
    common = _in_common([plan.knobs for plan in own])
    return tuple(_drawn(draw, name, accounts, common) for name in names[: max(len(own), LEAST_CAMPAIGNS)])


def _in_common(own: Sequence[Knobs]) -> dict[str, str]:
    """The easy fields that are the same for all of a world's campaigns."""
    values = {field: {getattr(knobs, field) for knobs in own} for field in _FIELDS}
    return {field: next(iter(found)) for field, found in values.items() if len(found) == 1}


def _drawn(draw: random.Random, name: str, accounts: int, common: Mapping[str, str]) -> Planned:
    """One campaign of a family."""
    tactic = draw.choice(_TACTICS)
    knobs: dict[str, float | str] = {
        "timing": draw.choice(_TIMINGS),
        "infrastructure": draw.choice(_INFRASTRUCTURES),
        "age": draw.choice(_AGES),
        "dilution": draw.choice(_DILUTIONS),
        "paraphrase": round(draw.random(), 2),
        "spread": round(draw.uniform(0.1, 1.0), 2),
        "exchanges": draw.choice(_EXCHANGES),
        "accounts": max(LEAST_MEMBERS, int(draw.choice(_ACCOUNTS) * accounts / USUAL_SITE)),
        "start": round(draw.uniform(0.05, 0.5), 2),
    }
    knobs["end"] = round(draw.uniform(float(knobs["start"]) + _SHORTEST, 0.98), 2)
    return planned(name, TRAIN, getattr(family(name), "TACTIC", None) or tactic, **{**knobs, **common})
