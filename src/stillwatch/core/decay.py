"""How evidence about a thing that changes hands loses its worth: the polynomial MISP and OpenCTI use.

``score = base * (1 - (t / lifetime) ** (1 / speed))`` (Iklody, Wagener, Dulaunoy, Mokaddem and Wagner,
*Decaying indicators of compromise*, 2018, arXiv:1803.11052). An address is let to somebody else within weeks; a
template is rewritten when it is found out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from stillwatch.core.indicator import IndicatorKind


@dataclasses.dataclass(frozen=True, slots=True)
class Decay:
    """One way of growing old.

    Attributes:
        lifetime_days: after so many days nothing is left.
        speed: above 0; at 1 the loss is even, below 1 it comes late, above 1 it comes early.
    """

    lifetime_days: float
    speed: float

    def left(self, days: float) -> float:
        """The share that is left, 1 to 0, so many days after it was last seen; what lies ahead is whole."""
        if days <= 0.0:
            return 1.0
        if days >= self.lifetime_days:
            return 0.0
        return float(1.0 - (days / self.lifetime_days) ** (1.0 / self.speed))


DECAYS: Final[Mapping[IndicatorKind, Decay]] = {
    IndicatorKind.TEMPLATE: Decay(180.0, 0.7),
    IndicatorKind.BLINDED: Decay(120.0, 0.7),
    IndicatorKind.NETWORK: Decay(60.0, 1.0),
    IndicatorKind.COUNTRY: Decay(60.0, 1.0),
    IndicatorKind.CLIENT: Decay(90.0, 1.0),
    IndicatorKind.TIMING: Decay(60.0, 1.0),
    IndicatorKind.COVERAGE: Decay(180.0, 1.0),
}
"""How each kind grows old; 60 days for what stands for addresses is MISP's default."""
