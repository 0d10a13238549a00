"""How much a member may send in a week, in residual bits: what bounds a covert channel that nobody can see."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.core.weeks import week_of
from stillwatch.sharing.gate.capacity import total_bits
from stillwatch.sharing.gate.shape import refusal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from stillwatch.sharing.gate.answers import Refusal
    from stillwatch.sharing.gate.policy import GatePolicy


@dataclasses.dataclass(frozen=True, slots=True)
class Spent:
    """What a member has sent in a week.

    Attributes:
        week: Monday, ``YYYY-MM-DD``.
        bits: residual bits of all objects that were accepted.
    """

    week: str
    bits: int = 0


def charge(
    spent: Spent | None, objects: Iterable[Mapping[str, Any]], policy: GatePolicy, today: datetime.date
) -> tuple[Spent, Refusal | None]:
    """What a member will have sent this week with these objects, and whether that is too much.

    Whoever keeps the state stores the first value only where the second is None, in the transaction that stores the
    objects; then several processes cannot spend the same bits twice.

    Args:
        spent: the state so far; of an earlier week it counts as none.
        objects: that passed the gate, all or none of them.
        policy: how much there is in a week.
        today: the day of the decision, UTC.
    """
    week = week_of(today)
    before = spent.bits if spent is not None and spent.week == week else 0
    after = Spent(week, before + total_bits(objects, policy))
    if after.bits <= policy.bits_a_week:
        return after, None
    sentence = (
        f"with these objects it would be {after.bits:,} of {policy.bits_a_week:,} residual bits in the week of {week}; "
        "send the rest next week, or ask counsel for a larger budget"
    )
    return after, refusal([], "rate-of-information", sentence)
