"""When: the campaign's demand over time, a lane an account, and what was done about it as numbered marks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.effects.model import Ending, Measure, Order, OrderState
from stillwatch.core.case import StepKind
from stillwatch.reporting import wording
from stillwatch.reporting.charts.marked_lanes import Lane, Mark, marked_lanes, span_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.case import CaseStep
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.reporting.markup import Markup

LANES: Final = 12
_DAY: Final = 86_400
_MARKED: Final = frozenset(
    {StepKind.OPENED, StepKind.DECIDED, StepKind.REOPENED, StepKind.OVERTURNED, StepKind.CLOSED}
)


def timeline(
    record: CampaignRecord | None, steps: Sequence[CaseStep], orders: Sequence[Order], most: int = LANES
) -> dict[str, Any] | None:
    """Counts by bin, all together and for the busiest accounts, with marks; None where no times were recorded."""
    if record is None or not record.counts or record.step_seconds <= 0:
        return None
    return {
        "start": record.start,
        "step_seconds": record.step_seconds,
        "counts": list(record.counts),
        "lanes": [
            {"account_id": each.account_id, "exchanges": sum(each.counts), "counts": list(each.counts)}
            for each in record.lanes[:most]
        ],
        "accounts": len(record.accounts),
        "marks": _marks(record, steps, orders),
        "compared": _compared(record),
    }


def drawing(found: dict[str, Any], record: CampaignRecord, title: str) -> Markup | None:
    """The same as a picture; None where its times cannot be read."""
    start = wording.parsed(found["start"])
    if start is None:
        return None
    step = dt.timedelta(seconds=found["step_seconds"])
    drawn = {each["account_id"] for each in found["lanes"]}
    alarms = {
        each.account_id: wording.parsed(each.first_alarm_ts)
        for each in record.accounts
        if each.account_id in drawn
    }
    marks = [
        Mark(moment, each["kind"], each["words"])
        for each in found["marks"]
        if (moment := wording.parsed(each["ts"])) is not None
    ]
    lanes = [
        Lane(each["account_id"], each["counts"], alarms.get(each["account_id"])) for each in found["lanes"]
    ]
    union = Lane("all accounts", found["counts"])
    span = span_of(start, step, len(found["counts"]), marks)
    return marked_lanes(union, lanes, span, marks, title=title, prefix="when")


def _marks(
    record: CampaignRecord, steps: Sequence[CaseStep], orders: Sequence[Order]
) -> list[dict[str, Any]]:
    """The first alarm, what people concluded, and what was ordered, by time and numbered."""
    rows: list[dict[str, Any]] = []
    if record.first_alarm_ts is not None:
        rows.append({"ts": record.first_alarm_ts, "kind": "alarm", "by": "detection", "words": "first alarm"})
    rows += [
        {"ts": each.ts, "kind": "act", "by": each.by, "words": f"{each.kind}: {each.text}"}
        for each in steps
        if each.kind in _MARKED
    ]
    rows += [
        {"ts": each.done_ts or each.ordered_ts, "kind": "act", "by": each.by, "words": order_words(each)}
        for each in orders
        if each.state is OrderState.DONE
    ]
    rows.sort(key=lambda row: row["ts"])
    return [{"number": number} | row for number, row in enumerate(rows, 1)]


def order_words(order: Order) -> str:
    """What an order does, in a few words."""
    content = order.content
    accounts = wording.counted(len(content.accounts), "account")
    if isinstance(content, Ending):
        return f"measure lifted for {accounts}"
    if not isinstance(content, Measure):
        return f"taken back for {accounts}"
    lasts = "without end" if content.ttl is None else f"for {wording.duration(content.ttl)}"
    return f"{content.action} {accounts} {lasts}, {content.mode}"


def _compared(record: CampaignRecord) -> dict[str, Any] | None:
    """The last day of the demand beside the day before it; None where it did not last two days."""
    a_day = _DAY // record.step_seconds if record.step_seconds <= _DAY else 0
    if not a_day or len(record.counts) < 2 * a_day:
        return None
    last, before = sum(record.counts[-a_day:]), sum(record.counts[-2 * a_day : -a_day])
    return {"last_day": last, "day_before": before}
