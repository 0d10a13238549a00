"""How far an order got everywhere: decisions, gateways, other labs; what is confirmed and what is still pending."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.casework.effects.model import Effect, OrderState
from stillwatch.casework.outbox.model import ItemState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.casework.effects.confirmations import Confirmations
    from stillwatch.casework.effects.model import Confirmation, Order, Touched
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.outbox.model import Item
    from stillwatch.casework.outbox.store import Outbox

_SETTLED = frozenset({ItemState.SENT, ItemState.ACKNOWLEDGED, ItemState.WITHDRAWN})


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """One order and everything that has come of it.

    Attributes:
        touched: decisions it made, ended or met.
        gateways: how each stands with it.
        told: what it put in the outbox.
    """

    order: Order
    touched: tuple[Touched, ...]
    gateways: tuple[Confirmation, ...]
    told: tuple[Item, ...]

    @property
    def pending(self) -> tuple[str, ...]:
        """What is not confirmed yet, in words; empty where everything is."""
        found = []
        if self.order.state is OrderState.ASKED:
            found.append(f"a second person has not answered {self.order.approval_id}")
        elif self.order.state is OrderState.WAITING:
            found.append(f"enforcement has not carried it out{_because(self.order.trouble)}")
        elif self.order.state is OrderState.REFUSED:
            found.append(f"it was refused{_because(self.order.trouble)}")
        found += [
            f"gateway {each.gateway} has not confirmed; last heard of {each.seen_ts}, at version {each.version} "
            f"of {self.order.decisions_version}"
            for each in self.gateways
            if each.confirmed_ts is None
        ]
        found += [
            f"{each.kind} of {each.indicator_id} is {each.state}{_because(each.trouble)}"
            for each in self.told
            if each.state not in _SETTLED
        ]
        found += [
            f"decision {each.decision_id} is to be looked at: {each.why}"
            for each in self.touched
            if each.effect in (Effect.REVIEW, Effect.REMAINS)
        ]
        return tuple(found)


def progress(
    found: Iterable[Order], orders: Orders, confirmations: Confirmations, outbox: Outbox
) -> tuple[Progress, ...]:
    """How far some orders got."""
    return tuple(
        Progress(
            order,
            tuple(orders.touched(order.order_id)),
            tuple(confirmations.of(order.order_id)),
            tuple(outbox.of_cause(order.order_id)),
        )
        for order in found
    )


def _because(trouble: str) -> str:
    return f": {trouble}" if trouble else ""
