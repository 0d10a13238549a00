"""Rewords half of the template's sentences in every exchange."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.moves import LINKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "half of the sentences reworded in every exchange"
EVADES = (LINKING,)
COSTS = "a small model rewrites every request: a tenth of its price"


def apply(attack: Attack) -> Attack | None:
    """More paraphrasing, dearer requests."""
    if attack.knobs.paraphrase >= 0.5:
        return None
    knobs = dataclasses.replace(attack.knobs, paraphrase=0.5)
    return dataclasses.replace(attack, knobs=knobs, query_extra=1.1 * attack.query_extra)
