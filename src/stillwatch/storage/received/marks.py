"""Received indicators as marks that detection can look for: by what they are told, and what each is worth.

What stands in clear (the number of an autonomous system) is looked for as it is; everything else was met by
``intel match``, which alone sees text and identifiers, and is looked for by the lab's own pseudonym or by account.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.core.indicator import IndicatorKind
from stillwatch.storage.received.records import Mark, Pivot, SignatureState
from stillwatch.storage.received.store import FAMILY, ReceivedStore
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from stillwatch.storage.received.records import ReceivedIndicator

_WEEK: Final = datetime.timedelta(days=7)


def marks_of(store: ReceivedStore, today: str) -> tuple[Mark, ...]:
    """The marks of every indicator that stands on a day and whose signature was not found wrong.

    Args:
        store: what was received.
        today: ``YYYY-MM-DD``.
    """
    standing = {each.indicator.indicator_id: each for each in store.indicators(today=today) if _counts(each)}
    found = [
        _mark(standing[match.indicator_id], match.pivot, match.value, match.first_ts)
        for match in store.matches()
        if match.indicator_id in standing
    ]
    found += [
        _mark(each, Pivot.ASN, each.indicator.value.removeprefix("AS"))
        for each in standing.values()
        if each.indicator.kind is IndicatorKind.NETWORK
    ]
    return tuple(sorted(found, key=lambda mark: (mark.indicator_id, mark.pivot, mark.value)))


def marks_in(place: str | Path) -> tuple[Mark, ...]:
    """The marks that count now in a database of received indicators.

    Raises:
        StillwatchError: it cannot be opened.
    """
    database = SqlDatabase(database_url(place), FAMILY)
    try:
        return marks_of(ReceivedStore(database), clock.now().date().isoformat())
    finally:
        database.close()


def _counts(received: ReceivedIndicator) -> bool:
    return received.provenance.signature is not SignatureState.INVALID and received.weight > 0.0


def _mark(received: ReceivedIndicator, pivot: Pivot, value: str, first_ts: str = "") -> Mark:
    indicator = received.indicator
    monday = datetime.datetime.fromisoformat(received.seen_week).replace(tzinfo=datetime.UTC)
    return Mark(
        indicator.indicator_id,
        pivot,
        value,
        indicator.kind,
        received.weight * indicator.confidence / 100.0,
        _us(monday + _WEEK),
        _us(datetime.datetime.fromisoformat(received.provenance.first_received)),
        _us(datetime.datetime.fromisoformat(first_ts)) if first_ts else 0,
    )


def _us(moment: datetime.datetime) -> int:
    return int(moment.timestamp() * 1e6)
