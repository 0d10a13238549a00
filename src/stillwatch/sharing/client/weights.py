"""What a received indicator weighs: how far its reporters' word has proved right, worked out when it is pulled.

The history is this lab's own: what it found itself when it looked (its sightings), and what reporters took back. How
reports add up is the forum's one rule (`sharing.trust.corroboration`): members that were wrong about the same things
are one source, and whose word this lab has never been able to check counts as much as half. A report that names no
registered detector counts a quarter. The weight is written into the received row, where detection reads it; detection
knows nothing of members.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import SightingKind
from stillwatch.core.weeks import week_number
from stillwatch.sharing.trust import detectors
from stillwatch.sharing.trust.corroboration import Corroboration
from stillwatch.sharing.trust.history import Adjudicated, History

if TYPE_CHECKING:
    from stillwatch.core.indicator import Sighting
    from stillwatch.storage.received.records import ReceivedIndicator

_JUDGES: Final = {SightingKind.SEEN: True, SightingKind.FALSE_POSITIVE: False}
Value = tuple[str, str]
"""Kind and value of an indicator: what several members report when they report the same."""


def weights(received: Sequence[ReceivedIndicator], own: Iterable[Sighting], week: str) -> dict[str, float]:
    """The weight of each indicator by id, 0 to 1; what several members report by the same value adds up.

    Args:
        received: every indicator that was ever received.
        own: what this lab itself found, the latest of an indicator counts.
        week: Monday of the present week.
    """
    now = week_number(week) or 0
    found_here = {each.indicator_id: _JUDGES[each.kind] for each in own if each.kind in _JUDGES}
    standing: dict[Value, set[str]] = collections.defaultdict(set)
    made: dict[Value, float] = collections.defaultdict(float)
    for each in received:
        if not each.indicator.revoked:
            standing[_value(each)].add(each.provenance.reporter)
            made[_value(each)] = max(made[_value(each)], detectors.weight(each.indicator.detectors))
    trust = Corroboration(_history(received, found_here), _members(received), now)
    found = {}
    for each in received:
        refuted = found_here.get(each.indicator.indicator_id) is False
        worthless = each.indicator.revoked or refuted
        believed = trust.believed(frozenset(standing[_value(each)])) * made[_value(each)]
        found[each.indicator.indicator_id] = 0.0 if worthless else believed
    return found


def _history(received: Iterable[ReceivedIndicator], found_here: Mapping[str, bool]) -> History:
    """What became of values: taken back or found wrong, or seen here; one outcome for those who reported the same."""
    outcomes: dict[tuple[Value, bool], tuple[set[str], int]] = {}
    reported: collections.Counter[int] = collections.Counter()
    for each in received:
        number = week_number(each.indicator.last_week) or 0
        reported[number] += 1
        right = False if each.indicator.revoked else found_here.get(each.indicator.indicator_id)
        if right is None:
            continue
        reporters, latest = outcomes.get((_value(each), right), (set(), 0))
        reporters.add(each.provenance.reporter)
        outcomes[_value(each), right] = reporters, max(latest, number)
    history = History(
        Adjudicated(frozenset(reporters), right, number)
        for (_, right), (reporters, number) in outcomes.items()
    )
    for number, count in reported.items():
        history.reported(number, count)
    return history


def _members(received: Iterable[ReceivedIndicator]) -> dict[str, int]:
    """Everybody who reported, with the week of the first report."""
    first: dict[str, int] = {}
    for each in received:
        number = week_number(each.indicator.first_week) or 0
        reporter = each.provenance.reporter
        first[reporter] = min(first.get(reporter, number), number)
    return first


def _value(received: ReceivedIndicator) -> Value:
    return received.indicator.kind, received.indicator.value
