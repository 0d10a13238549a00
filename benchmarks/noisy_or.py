"""The plain way of adding reports up, to compare with: each may be right, so all are wrong only if every one is.

Support is 1 − ∏(1 − precision), with each member's posterior precision (noisy-or; Pearl, 1988). It never counts heads,
but it takes reports for independent; `stillwatch.sharing.trust.corroboration` does not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from stillwatch.sharing.trust.standing import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ACT_ABOVE: Final = 0.85


def support(reporters: Mapping[str, float], standing: Mapping[frozenset[str], Record]) -> float:
    """How far some reports can be relied on together, 0 to 1.

    Args:
        reporters: members with the weight of their report, 1 where an unmodified detector made it (`detectors`).
        standing: records of members.
    """
    unknown = Record()
    return 1.0 - math.prod(
        1.0 - weight * standing.get(frozenset((member,)), unknown).precision
        for member, weight in reporters.items()
    )


def unweighted(members: Collection[str]) -> dict[str, float]:
    """Reports that all count fully."""
    return dict.fromkeys(members, 1.0)
