"""Taking a case back everywhere: decisions, what was told to others, and what calibration believes.

One call writes everything in the caller's transaction, so that an overturned appeal without its order cannot exist:
an order to lift what rests on the case, the retraction of what it told others, a false-positive sighting of it, and a
label for each account that was accused in vain.
"""

from __future__ import annotations

import dataclasses
import uuid
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.effects.model import Order, Undoing
from stillwatch.casework.outbox.model import Item, ItemKind, ItemState
from stillwatch.casework.times import written
from stillwatch.core.appeal import Reach
from stillwatch.core.indicator import CountClass, Indicator, Sighting, SightingKind
from stillwatch.core.names import new_id
from stillwatch.core.weeks import week_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.labels.store import Labels
    from stillwatch.casework.outbox.store import Outbox

_OUT: Final = frozenset({ItemState.SENDING, ItemState.SENT, ItemState.ACKNOWLEDGED})


@dataclasses.dataclass(frozen=True, slots=True)
class Mistake:
    """What turned out to be wrong.

    Attributes:
        case_id: the case; empty for a measure without one.
        appeal_id: the appeal that showed it; empty where the case itself was decided anew.
        accounts: who was accused in vain: one account, or everybody in the case.
        standing: how many accounts of the case are still accused.
        campaigns: ids that detection gave to the campaign behind the case.
        by: who decided so, and answers for it.
        reason: one sentence, without prompt text.
    """

    case_id: str
    appeal_id: str
    reach: Reach
    accounts: tuple[str, ...]
    standing: int
    campaigns: tuple[str, ...]
    by: str
    reason: str


class TakingBack:
    """Writes what a mistake calls for.

    Args:
        orders: to enforcement.
        outbox: to other labs.
        labels: for calibration.
        now: gives the present moment.
    """

    def __init__(
        self, orders: Orders, outbox: Outbox, labels: Labels, *, now: clock.Clock = clock.now
    ) -> None:
        self._orders = orders
        self._outbox = outbox
        self._labels = labels
        self._now = now

    def take_back(self, connection: Connection, mistake: Mistake) -> Order:
        """Order everything that the mistake had led to, to be undone; part of the caller's transaction."""
        now = self._now()
        order_id = new_id("ord", now.timestamp())
        retracted = self._tell_others(connection, mistake, order_id)
        order = Order(
            order_id=order_id,
            case_id=mistake.case_id,
            appeal_id=mistake.appeal_id,
            by=mistake.by,
            approved_by="",
            content=Undoing(mistake.reach, mistake.accounts, mistake.campaigns, retracted, mistake.reason),
            ordered_ts=written(now),
        )
        self._orders.give(connection, order)
        source = mistake.appeal_id or mistake.case_id
        self._labels.honest(connection, mistake.accounts, source=source, by=mistake.by)
        return order

    def _tell_others(self, connection: Connection, mistake: Mistake, order_id: str) -> tuple[str, ...]:
        """Withdraw what was not sent yet, retract what was, and say that it was a false positive.

        An indicator outlives a single account that was no part of the campaign, and the sighting says so much. With the
        case, or where fewer accounts are left than may be spoken of, it goes.

        Returns:
            Ids of the indicators that nothing may rest on any more, ours and the hub's.
        """
        if not mistake.case_id:
            return ()
        items = self._outbox.of_case(mistake.case_id, connection)
        gone = {item.indicator_id for item in items if item.kind is ItemKind.RETRACT}
        drop = mistake.reach is Reach.CASE or CountClass.of(mistake.standing) is None
        retracted: list[str] = []
        queued: list[Item] = []
        for item in items:
            if item.kind is not ItemKind.PUBLISH or not isinstance(item.payload, Indicator):
                continue
            if drop and self._outbox.withdraw(connection, item.item_id):
                retracted.append(item.indicator_id)
                continue
            begun = drop and item.state is ItemState.WAITING  # by somebody else, since it was read
            if item.indicator_id in gone or not (begun or item.state in _OUT):
                continue
            queued.append(self._sighting(item, mistake, order_id))
            if drop:
                queued.append(self._retraction(item, mistake, order_id))
                retracted += [each for each in (item.indicator_id, item.hub_id) if each]
        self._outbox.put(connection, queued)
        return tuple(dict.fromkeys(retracted))

    def _retraction(self, item: Item, mistake: Mistake, order_id: str) -> Item:
        assert isinstance(item.payload, Indicator)  # for the type checker: only published ones come here
        revoked = dataclasses.replace(item.payload, revoked=True)
        return self._item(ItemKind.RETRACT, revoked, mistake, order_id, item.hub_id)

    def _sighting(self, item: Item, mistake: Mistake, order_id: str) -> Item:
        sighting = Sighting(
            sighting_id=f"sighting--{uuid.uuid4()}",
            indicator_id=item.indicator_id,
            kind=SightingKind.FALSE_POSITIVE,
            week=week_of(self._now()),
            accounts=None,
            marking=item.payload.marking,
        )
        return self._item(ItemKind.SIGHTING, sighting, mistake, order_id, "")

    def _item(
        self, kind: ItemKind, payload: Indicator | Sighting, mistake: Mistake, order_id: str, hub_id: str
    ) -> Item:
        now = self._now()
        return Item(
            item_id=new_id("out", now.timestamp()),
            kind=kind,
            case_id=mistake.case_id,
            cause=order_id,
            payload=payload,
            queued_ts=written(now),
            queued_by=mistake.by,
            hub_id=hub_id,
        )
