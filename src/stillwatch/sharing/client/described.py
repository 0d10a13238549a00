"""A received indicator with everything that is known of it: how far it counts today, what others say, what was met."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decay import weight_on
from stillwatch.storage.received.records import SignatureState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.storage.received.records import Match, ReceivedIndicator, ReceivedSighting

_WEEK: Final = datetime.timedelta(days=7)


def described(
    each: ReceivedIndicator, matches: Sequence[Match], sightings: Sequence[ReceivedSighting], day: str
) -> dict[str, Any]:
    """One indicator with everything that is known of it.

    Args:
        each: the indicator.
        matches: what of any indicator was met in one's own traffic.
        sightings: what others said about any.
        day: today, ``YYYY-MM-DD``.
    """
    indicator, origin = each.indicator, each.provenance
    stands = not indicator.revoked and indicator.valid_until >= day
    counted = stands and origin.signature is not SignatureState.INVALID
    state = "taken back" if indicator.revoked else "stands" if stands else "run out"
    said = [s.sighting.kind.value for s in sightings if s.sighting.indicator_id == indicator.indicator_id]
    left = left_on(each, datetime.date.fromisoformat(day))
    return {
        "id": indicator.indicator_id,
        "kind": indicator.kind.value,
        "techniques": list(indicator.techniques),
        "accounts": indicator.accounts.value,
        "confidence": indicator.confidence,
        "marking": indicator.marking.value,
        "valid_until": indicator.valid_until,
        "seen_week": each.seen_week,
        "weight": each.weight,
        "counts": each.weight * left if counted else 0.0,
        "met": sum(match.indicator_id == indicator.indicator_id for match in matches),
        "sightings": {kind: said.count(kind) for kind in sorted(set(said))},
        "state": state,
        **dataclasses.asdict(origin),
    }


def left_on(each: ReceivedIndicator, day: datetime.date) -> float:
    """What age leaves of an indicator's confidence on a day, 0 to 1; before its reporter's own weight."""
    indicator = each.indicator
    last = datetime.date.fromisoformat(each.seen_week) + _WEEK
    until = datetime.date.fromisoformat(indicator.valid_until)
    return weight_on(day, indicator.kind, indicator.confidence, last, until)
