"""What came from other members in a period, and what of it will run out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final

from stillwatch.storage.received.store import ReceivedStore

if TYPE_CHECKING:
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.sql import SqlDatabase

_SOON: Final = dt.timedelta(days=7)


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """Received indicators.

    Attributes:
        received: came in the period; ``stand`` stand today.
        taken_back: by their reporters, in the period.
        ending: run out within a week from today.
        met: indicators of which something was met in this site's own traffic, ever.
    """

    received: int
    stand: int
    taken_back: int
    ending: int
    met: int


def shared_of(database: SqlDatabase, period: Period, today: dt.date) -> Shared:
    """Count them."""
    store = ReceivedStore(database)
    everything = store.indicators()
    day, soon = today.isoformat(), (today + _SOON).isoformat()
    standing = [
        each for each in everything if not each.indicator.revoked and each.indicator.valid_until >= day
    ]
    return Shared(
        received=sum(period.holds(each.provenance.first_received) for each in everything),
        stand=len(standing),
        taken_back=sum(period.holds(each.provenance.revoked_at or "") for each in everything),
        ending=sum(each.indicator.valid_until < soon for each in standing),
        met=len({match.indicator_id for match in store.matches()}),
    )
