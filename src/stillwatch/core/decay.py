"""How the weight of an indicator falls after it was last seen: the polynomial that MISP and OpenCTI use.

score = base · (1 − (t/τ)^(1/δ)), t the time since the last sighting, τ the lifetime and δ how it falls: 1 evenly, more
at first quickly, less at first slowly (Iklody et al., 2018, on scoring and decaying indicators in MISP).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind

if TYPE_CHECKING:
    import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Decay:
    """One curve.

    Attributes:
        lifetime: τ, days after which nothing is left.
        speed: δ, above zero.
    """

    lifetime: float
    speed: float


CURVES: Final = {
    IndicatorKind.TEMPLATE: Decay(182, 0.5),
    IndicatorKind.BLINDED: Decay(120, 0.7),
    IndicatorKind.NETWORK: Decay(60, 1.0),
    IndicatorKind.COUNTRY: Decay(60, 1.0),
    IndicatorKind.CLIENT: Decay(90, 0.7),
    IndicatorKind.TIMING: Decay(60, 0.7),
    IndicatorKind.COVERAGE: Decay(120, 0.7),
}
"""How long each kind stays true: addresses change hands within two months, wording is kept for half a year."""


def decayed(base: float, days: float, curve: Decay) -> float:
    """What is left of a weight.

    Args:
        base: the weight when it was seen, at least 0.
        days: since the last sighting; before it counts as 0.
        curve: by which it falls.

    Returns:
        Between 0 and ``base``; exactly 0 from the end of the lifetime on.

    Raises:
        ValueError: the curve has no lifetime or no speed.
    """
    if curve.lifetime <= 0 or curve.speed <= 0:
        raise ValueError("a decay needs a lifetime and a speed above zero")
    share = max(0.0, days) / curve.lifetime
    return 0.0 if share >= 1 else base * (1 - share ** (1 / curve.speed))


def weight_on(
    day: datetime.date,
    kind: IndicatorKind,
    confidence: int,
    last_seen: datetime.date,
    valid_until: datetime.date,
) -> float:
    """The weight of an indicator on a day, 0 to 1.

    Args:
        day: today.
        kind: decides the curve.
        confidence: 0 to 100.
        last_seen: day of the last sighting, or the end of its last week.
        valid_until: from that day on it weighs nothing.
    """
    if day >= valid_until:
        return 0.0
    return decayed(confidence / 100, (day - last_seen).days, CURVES[kind])
