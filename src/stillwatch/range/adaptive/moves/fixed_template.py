"""Keeps one template word for word, so that nothing looks reworded on purpose."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack

ABOUT = "one template, never reworded"
EVADES = ("wording_variation",)
COSTS = "nothing, but every exchange then carries the whole template"


def apply(attack: Attack) -> Attack | None:
    """No paraphrasing."""
    if attack.knobs.paraphrase == 0.0 or "free_wording" in attack.moves:
        return None
    knobs = dataclasses.replace(attack.knobs, paraphrase=0.0)
    return dataclasses.replace(attack, knobs=knobs)
