"""What a received indicator weighs: how far its reporters' word has proved right, worked out when it is pulled.

The history is this lab's own: what it found itself when it looked (its sightings), and what reporters took back. The
weight is written into the received row, where detection reads it; detection knows nothing of members.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import SightingKind
from stillwatch.core.weeks import week_number
from stillwatch.sharing.trust.history import Adjudicated, History
from stillwatch.sharing.trust.noisy_or import support, unweighted
from stillwatch.sharing.trust.standing import records

if TYPE_CHECKING:
    from stillwatch.core.indicator import Sighting
    from stillwatch.storage.received.records import ReceivedIndicator

_JUDGES: Final = {SightingKind.SEEN: True, SightingKind.FALSE_POSITIVE: False}


def weights(received: Sequence[ReceivedIndicator], own: Iterable[Sighting], week: str) -> dict[str, float]:
    """The weight of each indicator by id, 0 to 1; what several members report by the same value adds up.

    Args:
        received: every indicator that was ever received.
        own: what this lab itself found, the latest of an indicator counts.
        week: Monday of the present week.
    """
    now = week_number(week) or 0
    verdicts = {each.indicator_id: _JUDGES[each.kind] for each in own if each.kind in _JUDGES}
    history = History(_outcomes(received, verdicts))
    standing = records(history, now)
    reporters: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    for each in received:
        if not each.indicator.revoked:
            reporters[each.indicator.kind, each.indicator.value].add(each.provenance.reporter)
    found = {}
    for each in received:
        if each.indicator.revoked or verdicts.get(each.indicator.indicator_id) is False:
            found[each.indicator.indicator_id] = 0.0
        else:
            together = reporters[each.indicator.kind, each.indicator.value]
            found[each.indicator.indicator_id] = support(unweighted(together), standing)
    return found


def _outcomes(received: Iterable[ReceivedIndicator], verdicts: Mapping[str, bool]) -> list[Adjudicated]:
    """What became of indicators: taken back or found wrong, or seen here."""
    found = []
    for each in received:
        right = False if each.indicator.revoked else verdicts.get(each.indicator.indicator_id)
        if right is not None:
            number = week_number(each.indicator.last_week) or 0
            found.append(Adjudicated(frozenset((each.provenance.reporter,)), right, number))
    return found
