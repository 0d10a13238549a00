"""What cases ordered and what became of it, for people: what is confirmed and what is still pending."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.effects.model import Effect
from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.casework.effects.model import Confirmation, Order
    from stillwatch.casework.effects.progress import Progress
    from stillwatch.casework.records import Records

_MOST: Final = 8
_NAMED: Final = (Effect.DEPENDENT, Effect.REVIEW, Effect.REMAINS)


def of_case(records: Records, case_id: str) -> tuple[Progress, ...]:
    """What a case ordered and what became of it."""
    from stillwatch.casework.effects.confirmations import Confirmations  # deferred: help must not wait
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.effects.progress import progress
    from stillwatch.casework.outbox.store import Outbox

    database, ledger = records.database, records.ledger
    orders = Orders(database, ledger)
    return progress(orders.of_case(case_id), orders, Confirmations(database, ledger), Outbox(database))


def progress_lines(found: Sequence[Progress]) -> list[str]:
    """Orders, each with what of it is confirmed and what is pending; nothing where there are none."""
    return [line for each in found for line in _order(each)]


def _order(each: Progress) -> list[str]:
    order, pending = each.order, each.pending
    second = f" and {order.approved_by}" if order.approved_by else ""
    lines = [
        f"  {order.order_id}  {_what(order)}, by {order.by}{second}, {order.ordered_ts[:19]}Z: {order.state}"
    ]
    counts = Counter(touched.effect for touched in each.touched)
    if counts:
        lines.append(f"    decisions: {', '.join(f'{count:,} {effect}' for effect, count in counts.items())}")
    named = [touched for touched in each.touched if touched.effect in _NAMED]
    lines += [
        f"      {touched.decision_id}  {touched.action} of {wording.visible(touched.value, 60)}: {touched.why}"
        for touched in named[:_MOST]
    ]
    confirmed = [gateway for gateway in each.gateways if gateway.confirmed_ts is not None]
    if each.gateways:
        lines.append(f"    gateways: {len(confirmed)} of {len(each.gateways)} have confirmed")
        lines += [f"      {gateway.gateway}  {_standing(gateway)}" for gateway in each.gateways[:_MOST]]
    elif order.done_ts is not None:
        lines.append("    gateways: none has reported within a week, so none has confirmed")
    lines += [
        f"    told others: {item.kind} of {item.indicator_id}: {item.state}" for item in each.told[:_MOST]
    ]
    if pending:
        lines.append(f"    {len(pending):,} still pending")
    elif each.gateways:
        lines.append("    everything is confirmed")
    lines += [f"      {words}" for words in pending[:_MOST]]
    return lines


def _standing(gateway: Confirmation) -> str:
    return "pending" if gateway.confirmed_ts is None else f"confirmed {gateway.confirmed_ts[:19]}Z"


def _what(order: Order) -> str:
    from stillwatch.casework.effects.model import Ending, Measure

    content = order.content
    accounts = wording.counted(len(content.accounts), "account")
    if isinstance(content, Ending):
        return f"end {content.order_id} for {accounts}"
    if not isinstance(content, Measure):
        return f"take back what was decided about {accounts}"
    lasts = "without end" if content.ttl is None else f"for {wording.duration(content.ttl)}"
    return f"{content.action} {accounts} {lasts} ({content.mode})"


def as_json(found: Sequence[Progress]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [dataclasses.asdict(each) | {"pending": list(each.pending)} for each in found]
