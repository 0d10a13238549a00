"""How far the figures of honest candidates scatter, by how many accounts a candidate has.

A few accounts differ from the site by chance: that two of eight were opened on one day says little, that twenty of
eighty were says much. So what is usual, and how widely it scatters to either side, is learned at several sizes, and a
figure weighs by how far it lies from what is usual for that many accounts (funnel plots: Spiegelhalter 2005,
doi:10.1002/sim.1970).
"""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np

KNOTS: Final = (6, 12, 24, 48, 96)
"""Accounts of a candidate at which a funnel is learned; between them it is straight in their logarithm."""
_PLACES: Final = tuple(math.log2(members) for members in KNOTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Funnel:
    """What is usual among honest candidates of each size.

    Attributes:
        usual: the median, at each of `KNOTS`.
        above: how widely figures scatter above it there, over how widely they do in candidates of any size.
        below: the same below it.

    Raises:
        ValueError: not one value for each knot, or a scatter that is not positive.
    """

    usual: tuple[float, ...]
    above: tuple[float, ...]
    below: tuple[float, ...]

    def __post_init__(self) -> None:
        if {len(self.usual), len(self.above), len(self.below)} != {len(KNOTS)}:
            raise ValueError(f"a funnel has {len(KNOTS)} values of each kind")
        if not all(scatter > 0.0 for scatter in (*self.above, *self.below)):
            raise ValueError("figures scatter by more than nothing")

    def straightened(self, figure: float, members: int) -> float:
        """How far a figure lies from what is usual, as it would be among candidates of any size; it never falls."""
        at = math.log2(max(members, 1))
        away = figure - float(np.interp(at, _PLACES, self.usual))
        return away / float(np.interp(at, _PLACES, self.above if away > 0.0 else self.below))
