"""Carrying orders out: what waits is handed to enforcement, and what became of it is noted.

Whoever holds the store of decisions may do this: the node once a second, or the command line where no node runs. An
order that is carried out twice does nothing the second time, so a kill between two steps loses nothing.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.effects.confirmations import Confirmations
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.effects.ports import Enforcement

_FOR_LATER: Final = (ExitCode.UNREADABLE, ExitCode.REMOTE_FAILED)
"""Kinds of errors that say nothing against the order: the disk, another process, a remote side."""


@dataclasses.dataclass(frozen=True, slots=True)
class Carried:
    """What one round did, by order id."""

    done: tuple[str, ...]
    refused: tuple[str, ...]
    later: tuple[str, ...]


def carry_out(orders: Orders, confirmations: Confirmations, enforcement: Enforcement) -> Carried:
    """Hand every order that waits to enforcement, the oldest first."""
    orders.again(enforcement.epoch)
    done: list[str] = []
    refused: list[str] = []
    later: list[str] = []
    for order in orders.waiting():
        try:
            outcome = enforcement.carry_out(order)
        except StillwatchError as error:
            if error.exit_code in _FOR_LATER:
                orders.troubled(order, error.message)
                later.append(order.order_id)
            else:
                orders.refused(order, error.message)
                refused.append(order.order_id)
            continue
        orders.done(order, outcome)
        confirmations.expect(order.order_id)
        done.append(order.order_id)
    return Carried(tuple(done), tuple(refused), tuple(later))
