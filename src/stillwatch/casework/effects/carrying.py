"""Carrying orders out: what waits is handed to enforcement, and what became of it is noted.

Whoever holds the store of decisions may do this: the node once a second, or the command line where no node runs. An
order that is carried out twice does nothing the second time, so a kill between two steps loses nothing.
"""

from __future__ import annotations

import dataclasses
import logging
import traceback
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.effects.confirmations import Confirmations
    from stillwatch.casework.effects.model import Order
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.effects.ports import Enforcement

_LOG = logging.getLogger(__name__)
_FOR_LATER: Final = (ExitCode.UNREADABLE, ExitCode.REMOTE_FAILED)
"""Kinds of errors that say nothing against the order: the disk, another process, a remote side."""


@dataclasses.dataclass(frozen=True, slots=True)
class Carried:
    """What one round did, by order id."""

    done: tuple[str, ...]
    refused: tuple[str, ...]
    later: tuple[str, ...]


def carry_out(orders: Orders, confirmations: Confirmations, enforcement: Enforcement) -> Carried:
    """Hand every order that waits to enforcement, the oldest first; one that fails holds up none behind it."""
    orders.again(enforcement.epoch)
    done: list[str] = []
    refused: list[str] = []
    later: list[str] = []
    for order in orders.waiting():
        try:
            outcome = enforcement.carry_out(order)
        except Exception as error:  # whatever becomes of one order, those behind it are carried out
            if isinstance(error, StillwatchError) and error.exit_code not in _FOR_LATER:
                orders.refused(order, error.message)
                refused.append(order.order_id)
            else:
                orders.troubled(order, _words(order, error))
                later.append(order.order_id)
            continue
        orders.done(order, outcome)
        confirmations.expect(order.order_id)
        done.append(order.order_id)
    return Carried(tuple(done), tuple(refused), tuple(later))


def _words(order: Order, error: Exception) -> str:
    """What went wrong, for people; of what nobody foresaw the log says once where it was."""
    if isinstance(error, StillwatchError):
        return error.message
    name = type(error).__name__
    if order.trouble != name:
        place = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error("%s: %s at %s:%s", order.order_id, name, place.filename, place.lineno)
    return name
