"""Fourteen days of attackers who have read how they are looked for: in honest people's places, diluted, reworded."""

from __future__ import annotations

import dataclasses

from stillwatch.range.knobs import changed
from stillwatch.range.spec import Planned, WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED

ABOUT = "14 days, 12,000 accounts, a campaign of every family, all well hidden, 20 to 95 % diluted"
_ACCOUNTS = 12_000
_DILUTIONS = (0.5, 0.4, 0.7, 0.2, 0.6, 0.8, 0.9)
_BEHIND_GATEWAY = 10
_WORDS = (0.4, 0.5, 0.7, 0.6)


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    plans = one_of_each(split, (CAMOUFLAGED,), size)
    campaigns = tuple(_harder(plan, index) for index, plan in enumerate(plans))
    return WorldSpec(wanted, round(620_000 * size), 14, campaigns)


def _harder(plan: Planned, index: int) -> Planned:
    """Honest people's places, so no more than they would send, with more dilution and rewording than is usual."""
    knobs = plan.knobs
    few = knobs.exchanges < 15
    changes: dict[str, float | str] = {
        "place": "taken",
        "dilution": 0.95 if few else max(knobs.dilution, _DILUTIONS[index % len(_DILUTIONS)]),
        "paraphrase": max(knobs.paraphrase, _WORDS[index % len(_WORDS)]) if knobs.paraphrase else 0.0,
        "start": max(knobs.start, 0.05 + 0.04 * (index % 10)),
    }
    if knobs.infrastructure == "gateway":  # one of its accounts carries what many people would send
        changes["accounts"] = max(3, min(knobs.accounts, round(knobs.accounts / _BEHIND_GATEWAY)))
    return dataclasses.replace(plan, knobs=changed(knobs, changes))
