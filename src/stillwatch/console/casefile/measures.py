"""What a case orders: a measure counted before it is ordered, and what became of those that were."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.consequences.measures import Wanted
from stillwatch.casework.effects.model import Ending, Measure, Order, OrderState
from stillwatch.casework.effects.progress import progress
from stillwatch.console.casefile.timeline import order_words
from stillwatch.core.decision import Action, Limits, Mode
from stillwatch.enforcement.moments import duration_of
from stillwatch.enforcement.resting import Resting
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.casework.consequences.office import Office as Casework
    from stillwatch.console.ask import Ask

ACTIONS: Final = tuple(each.value for each in Action if each is not Action.ALLOW)
LASTS: Final = ("6h", "1d", "7d", "30d", "permanent")
_NAMED: Final = 20


def wanted_of(text: Callable[[str], str], reason: str) -> Wanted:
    """A measure as fields say it: ``action``, ``mode``, ``lasts``, ``watched``, and limits.

    Args:
        text: gives a field; empty where it was not sent.
        reason: why.

    Raises:
        StillwatchError: SW-CON-50, a field says nothing that can be done; SW-DEC-.., a time cannot be read.
    """
    action, mode, lasts = text("action"), text("mode") or Mode.SHADOW.value, text("lasts") or "7d"
    if action not in ACTIONS or mode not in list(Mode):
        raise StillwatchError(
            "the measure is none that a case can order",
            code="SW-CON-50",
            hint=f"choose one of {', '.join(ACTIONS)}, in shadow or enforce mode",
        )
    return Wanted(
        Action(action),
        Mode(mode),
        None if lasts == "permanent" else duration_of(lasts),
        reason,
        _limits(Action(action), text),
        watched=text("watched") != "",
    )


def _limits(action: Action, text: Callable[[str], str]) -> Limits:
    """The limits that belong to an action; fields of others are left aside.

    Raises:
        StillwatchError: SW-CON-50, a figure is none.
    """
    rate, tokens = text("rate"), text("max_tokens")
    try:
        if action is Action.THROTTLE:
            return Limits(rate_per_minute=float(rate or "6"))
        if action is Action.DEGRADE:
            return Limits(
                max_tokens=int(tokens) if tokens else None, hide_reasoning=text("hide_reasoning") != ""
            )
    except ValueError:
        raise StillwatchError("a limit is a number", code="SW-CON-50", hint="write it in digits") from None
    return Limits()


def preview(ask: Ask, casework: Casework, case_id: str) -> dict[str, Any] | None:
    """What a measure asked for in the address would do, counted; None where none is asked for."""
    if not ask.text("action"):
        return None
    try:
        wanted = wanted_of(ask.text, "preview")
        found = casework.measures.preview(case_id, wanted)
    except StillwatchError as error:
        asked = {name: ask.text(name) for name in ("action", "mode", "lasts")}
        return asked | {"error": error.message, "hint": error.hint, "accounts": 0}
    about = _about(ask, found.accounts)
    return {
        "action": wanted.action.value,
        "mode": wanted.mode.value,
        "lasts": ask.text("lasts") or "7d",
        "watched": wanted.watched,
        "limits": dataclasses.asdict(wanted.limits),
        "accounts": len(found.accounts),
        "named": list(found.accounts[:_NAMED]),
        "more": max(0, len(found.accounts) - _NAMED),
        "two_people": found.ttl is None,
        **about,
    }


def _about(ask: Ask, accounts: Sequence[str]) -> dict[str, int]:
    """How many of some accounts have a decision already, by what it does."""
    store = ask.office.decisions
    acting: set[str] = set()
    simulated: set[str] = set()
    if store is not None:
        for each in Resting(store).about(accounts):
            (acting if each.mode is Mode.ENFORCE else simulated).add(each.value)
    return {"handled": len(acting), "simulated": len(simulated), "new": len(set(accounts) - acting)}


def orders(ask: Ask, casework: Casework, found: Sequence[Order]) -> list[dict[str, Any]]:
    """Orders of a case, the latest first, each with what is confirmed and pending, and whether it can be lifted."""
    lifted = {each.content.order_id for each in found if isinstance(each.content, Ending)}
    rows = []
    for each in reversed(progress(found, casework.orders, casework.confirmations, casework.outbox)):
        order = each.order
        left = _left(ask, order)
        rows.append(
            {
                "order_id": order.order_id,
                "words": order_words(order),
                "mode": order.content.mode.value if isinstance(order.content, Measure) else "",
                "by": order.by,
                "approved_by": order.approved_by,
                "approval_id": order.approval_id,
                "ordered_ts": order.ordered_ts,
                "done_ts": order.done_ts,
                "state": order.state.value,
                "trouble": order.trouble,
                "reason": order.content.reason,
                "decisions": dict(Counter(touched.effect.value for touched in each.touched)),
                "gateways": len(each.gateways),
                "confirmed": sum(gateway.confirmed_ts is not None for gateway in each.gateways),
                "pending": list(each.pending),
                "in_force": left,
                "liftable": order.order_id not in lifted and _stands(order, left),
            }
        )
    return rows


def _left(ask: Ask, order: Order) -> int:
    """How many of its decisions are still in force."""
    store = ask.office.decisions
    if store is None or not isinstance(order.content, Measure) or order.state is not OrderState.DONE:
        return 0
    return len(Resting(store).on("order", [order.order_id]))


def _stands(order: Order, left: int) -> bool:
    """Whether there is something to lift: decisions in force, or an order that is not carried out yet."""
    if not isinstance(order.content, Measure) or order.state is OrderState.REFUSED:
        return False
    return left > 0 or order.state is not OrderState.DONE
