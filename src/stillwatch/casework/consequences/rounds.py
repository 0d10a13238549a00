"""One round of what has to be done about cases and appeals without anybody asking: cheap, and safe to repeat.

The node goes round once a second, and every command that may have given an order once at its end.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.casework.consequences.innocent import take_innocent_back
from stillwatch.casework.effects.carrying import Carried, carry_out

if TYPE_CHECKING:
    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.effects.ports import Enforcement


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """What was due and needs no enforcement.

    Attributes:
        escalated: ids of appeals that went to counsel.
        released: ids of orders that a second person had approved.
        taken_back: ids of orders that undo what innocent cases had led to.
    """

    escalated: tuple[str, ...]
    released: tuple[str, ...]
    taken_back: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Attributes:
        due: what was due.
        carried: what enforcement was handed.
    """

    due: Due
    carried: Carried


def see_to(office: Office) -> Due:
    """Escalate, release, take back: everything that ends in orders and not yet in decisions.

    Raises:
        StillwatchError: the casework database cannot be used.
    """
    escalated = office.escalation.overdue()
    released = office.measures.release()
    taken_back = take_innocent_back(office.cases.database, office.accusations, office.taking_back)
    return Due(
        escalated=tuple(appeal.appeal_id for appeal in escalated),
        released=tuple(order.order_id for order in released),
        taken_back=tuple(order.order_id for order in taken_back),
    )


def go_round(office: Office, enforcement: Enforcement) -> Round:
    """See to what is due, and carry out what was ordered.

    Raises:
        StillwatchError: the casework database cannot be used.
    """
    due = see_to(office)
    return Round(due, carry_out(office.orders, office.confirmations, enforcement))
