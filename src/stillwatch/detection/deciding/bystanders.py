"""Members that only stand at the edge of a crew: honest accounts that behave like a campaign's for a while.

A crew is never taken whole. Who is of it stands amid it: most of the accounts that behave most like a hired account
are hired by the same people. Over ten judgements of five worlds of the range, of the attackers that crews were called
for 16 in 100 did not stand so, of the honest accounts among the members of called crews 74 in 100. Asked, too, that
accounts of before stand as near, or that what the account sends looks honest, it is 8 and 70 in 100. Without earlier
traffic there are no accounts of before to ask about; half of the nearest, alone, left out 2 in 100 and 11 of 14 (two
worlds).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.detection.candidates.snapshots import Snapshot

AMID: Final = (
    0.6  # of the accounts of now nearest to a member that are the crew's: then nothing more is asked
)
COLD_AMID: Final = 0.5  # the same without earlier traffic, where nothing more can be asked


def bystanders(crew: Snapshot, sends_what_looks_honest: Callable[[int], bool]) -> Any:
    """int32: members at the edge of a crew among whose nearest are accounts of before, or who send what looks honest.

    Without earlier traffic all members at the edge. Of few members no more are asked about than the others are.

    Args:
        crew: as known now; without its nearest nobody is one.
        sends_what_looks_honest: whether an account does, by its number.
    """
    if not crew.nearest.size:
        return crew.members[:0]
    nearest: Any = crew.nearest.reshape(crew.members.size, -1)[:, : max(crew.members.size - 1, 1)]
    of_now = nearest >= 0
    inside = np.isin(nearest, crew.members).sum(axis=1) / np.maximum(of_now.sum(axis=1), 1)
    if math.isnan(crew.new_behaviour):
        return crew.members[inside < COLD_AMID]
    as_before = ~of_now.all(axis=1)
    honest = np.array([sends_what_looks_honest(member) for member in crew.members.tolist()], dtype=np.bool_)
    return crew.members[(inside < AMID) & (as_before | honest)]
