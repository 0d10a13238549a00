"""Which accounts of a candidate are members of it, and which only touch it.

A cluster is never taken whole: an account must carry the demand's wording about as strongly as the other members do,
more than once, and a fair share of the load.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.refine import Group

MEMBER_SHARE: Final = 0.75
NEAR_SHARE: Final = 0.5
MISFIT_SHARE: Final = 1.0  # for an account unlike nearly all others of the campaign: old where they are fresh
FRESH_DAYS: Final = 14
ALIKE: Final = 0.8
ALL_KNOWN: Final = 0.95  # of the members are no newcomers: then a newcomer is none of them
REPEATS: Final = 3
SHARE_OF_LOAD: Final = 0.3  # of what members usually sent: who sent far less may only have met the wording


@dataclasses.dataclass(frozen=True, slots=True)
class Membership:
    """Who is in and who is near.

    Attributes:
        members: int32 account numbers that carry the demand.
        near: int32 account numbers that only touch it or sent the like before the log began.
    """

    members: Any
    near: Any


def member_test(frame: Frame, group: Group, own: Any) -> Membership:
    """Tell members from those who are near.

    Args:
        frame: the exchanges.
        group: the candidate's exchanges.
        own: bool (rows of the group): whether each held something longer of its own.
    """
    rows, weight = _openings(frame, group, own)
    who = frame.account[rows]
    order = np.lexsort((-weight, who))
    accounts, begin, count = np.unique(who[order], return_index=True, return_counts=True)
    steady = count >= REPEATS
    if steady.any():
        steady &= count >= SHARE_OF_LOAD * np.median(count[steady])
    held = weight[order][np.minimum(begin + REPEATS - 1, order.size - 1)]
    usual = float(np.median(held[steady])) if steady.any() else np.inf
    fresh = _fresh(frame, rows[order][begin])
    misfit = (
        ~fresh if steady.any() and fresh[steady].mean() >= ALIKE else np.zeros(fresh.size, dtype=np.bool_)
    )
    needed = np.where(misfit, MISFIT_SHARE, MEMBER_SHARE) * usual
    member = steady & (held >= needed)
    new = frame.newcomer[rows[order][begin]]
    if steady.any() and new[steady].mean() <= 1.0 - ALL_KNOWN:
        member &= ~new  # accounts that were bought with a past do not come with a few that have none
    if group.veterans is not None:
        member &= ~np.isin(accounts, group.veterans)
    second = weight[order][np.minimum(begin + 1, order.size - 1)]
    near = ~member & (count >= 2) & (second >= NEAR_SHARE * usual)
    return Membership(accounts[member].astype(np.int32), accounts[near].astype(np.int32))


def _fresh(frame: Frame, rows: Any) -> Any:
    """Whether the account behind each exchange was opened shortly before it or, if unknown, is new to the site."""
    known = frame.created[rows] > 0
    age = frame.ts[rows] - frame.created[rows]
    return np.where(known, age < FRESH_DAYS * 86_400_000_000, frame.newcomer[rows])


def _openings(frame: Frame, group: Group, own: Any) -> tuple[Any, Any]:
    """The demand's exchanges without mere repetitions, and without later turns unless most are such."""
    first = frame.first_turn[group.rows]
    if first.mean() < 0.5:
        first = np.ones(first.size, dtype=np.bool_)
    kept = first & own
    return group.rows[kept], group.weight[kept]
