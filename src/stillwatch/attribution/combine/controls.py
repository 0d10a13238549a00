"""What controls certify: how often the same rule accuses models that are known to be innocent, with exact bounds."""

from __future__ import annotations

import dataclasses
import math

from scipy.stats import beta

_CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Certified:
    """What a number of controls, judged by the rule that judges the suspect, shows about the rule.

    Attributes:
        controls: how many were judged.
        alarms: how many of them were accused.
        rate: their share; None without controls.
        interval: exact two-sided 95 % interval (Clopper and Pearson, 1934).
        upper: exact one-sided 95 % upper bound.
        needed: how many more without an alarm bring the upper bound down to the rate asked for; 0 where it is there.
    """

    controls: int
    alarms: int
    rate: float | None
    interval: tuple[float, float]
    upper: float
    needed: int


def certified(controls: int, alarms: int, rate: float) -> Certified:
    """What controls certify.

    Args:
        controls: judged.
        alarms: accused, at most as many.
        rate: that is to be excluded.
    """
    tail = (1 - _CONFIDENCE) / 2
    return Certified(
        controls,
        alarms,
        alarms / controls if controls else None,
        (_lower(controls, alarms, tail), _upper(controls, alarms, tail)),
        _upper(controls, alarms, 1 - _CONFIDENCE),
        max(0, controls_needed(alarms, rate) - controls),
    )


def controls_needed(alarms: int, rate: float) -> int:
    """How many controls with that many alarms among them exclude a rate at 95 % confidence."""
    enough = max(alarms + 1, math.ceil(math.log(1 - _CONFIDENCE) / math.log1p(-rate)))
    low, high = alarms, enough
    while _upper(high, alarms, 1 - _CONFIDENCE) > rate:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _upper(middle, alarms, 1 - _CONFIDENCE) > rate:
            low = middle
        else:
            high = middle
    return high


def _upper(controls: int, alarms: int, tail: float) -> float:
    return 1.0 if alarms >= controls else float(beta.ppf(1 - tail, alarms + 1, controls - alarms))


def _lower(controls: int, alarms: int, tail: float) -> float:
    return 0.0 if alarms == 0 else float(beta.ppf(tail, alarms, controls - alarms + 1))
