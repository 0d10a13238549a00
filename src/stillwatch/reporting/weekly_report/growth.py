"""Whether the ledger of today grew out of that of the period's beginning: computed anew, not taken on trust."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger.proofs import consistent

if TYPE_CHECKING:
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.ledger import Ledger


@dataclasses.dataclass(frozen=True, slots=True)
class Growth:
    """Two signed heads, and whether the later one holds everything of the earlier.

    Attributes:
        old_ts: when the earlier one was signed; ``old_size`` entries were under it.
        new_ts: likewise of the last one.
    """

    old_ts: str
    old_size: int
    new_ts: str
    new_size: int
    whole: bool


def growth_of(ledger: Ledger, period: Period) -> Growth | None:
    """Compare the last head before a period (or the first one, where it is younger) with the last of all.

    Returns:
        None where no head was ever signed.
    """
    try:
        heads = ledger.heads()
    except StillwatchError as error:
        if error.code == "SW-LED-07":
            return None
        raise
    old = next((head for head in reversed(heads) if head.ts < period.start_ts), heads[0])
    new = heads[-1]
    path = ledger.consistency(old.size, new.size)
    whole = consistent(old.size, new.size, old.root, new.root, path)
    return Growth(old.ts, old.size, new.ts, new.size, whole)
