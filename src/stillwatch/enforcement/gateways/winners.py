"""The decisions in force as tables for gateways that look values up themselves: one row a value, the winner alone.

Between two values of one request, such as its account and its network, such a gateway takes the harsher; an account
that is expressly allowed passes. It cannot weigh their priorities, as the sidecar does.
"""

from __future__ import annotations

import collections
import dataclasses
import math
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Decision, Limits, Scope
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.moments import seconds_of

if TYPE_CHECKING:
    from stillwatch.enforcement.snapshot import Snapshot

FOREVER: Final = 32503680000
"""The end of a decision that has none, in seconds since 1970: the year 3000."""
_MINUTE_S: Final = 60.0


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One value and the decision that wins for it.

    Attributes:
        expires: whole seconds since 1970 by the node's clock.
    """

    value: str
    decision: Decision
    expires: int


def rows(snapshot: Snapshot, scope: Scope, now: float) -> Iterator[Row]:
    """The rows of one scope, sorted by value; what has expired is left out.

    Args:
        snapshot: in force.
        scope: any but a campaign's.
        now: seconds since 1970 by the node's clock.
    """
    for value, entries in sorted(snapshot.of(scope), key=operator.itemgetter(0)):
        for entry in entries:
            if now < entry.expires:
                yield Row(value, entry.decision, _whole(entry.expires))
                break


def row_of(snapshot: Snapshot, scope: Scope, value: str, now: float) -> Row | None:
    """The row of one value; None where no decision is about it, or none any more."""
    for decision in snapshot.covering(_subject(scope, value), now):
        if decision.scope is scope and decision.value == value:
            ends = math.inf if decision.expires_ts is None else seconds_of(decision.expires_ts)
            return Row(value, decision, _whole(ends))
    return None


def _whole(ends: float) -> int:
    return FOREVER if ends == math.inf else math.ceil(ends)


def per_minute(decision: Decision) -> int:
    """A throttled account's rate in whole requests a minute, at least one.

    Of a throttle that ends within a minute it is what the rate comes to until then, which may be none: otherwise it
    would take nothing from an account that asks once a minute.
    """
    rate = decision.limits.rate_per_minute or 1
    if decision.expires_ts is not None:
        lasts_s = seconds_of(decision.expires_ts) - seconds_of(decision.created_ts)
        if lasts_s < _MINUTE_S:
            return round(rate * lasts_s / _MINUTE_S)
    return max(1, round(rate))


def beyond(
    snapshot: Snapshot, limits: frozenset[str], actions: frozenset[Action], now: float
) -> dict[str, int]:
    """What decisions ask for that a gateway cannot do by itself, and how many ask for it.

    Args:
        snapshot: in force.
        limits: names of the limits it carries out.
        actions: those it carries out.
        now: seconds since 1970 by the node's clock.
    """
    alike: collections.Counter[tuple[Action, Limits]] = collections.Counter()
    for scope in Scope:
        for _, entries in snapshot.of(scope) if scope is not Scope.CAMPAIGN else ():
            alike.update((each.answer.action, each.answer.limits) for each in entries if now < each.expires)
    counts: collections.Counter[str] = collections.Counter()
    for (action, asked), count in alike.items():
        wanted = [str(action)] if action not in actions else []
        for field in dataclasses.fields(asked):
            if getattr(asked, field.name) and field.name not in limits:
                wanted.append(field.name)
        counts.update(dict.fromkeys(wanted, count))
    return counts


def _subject(scope: Scope, value: str) -> Subject:
    match scope:
        case Scope.ACCOUNT:
            return Subject(value)
        case Scope.ORGANIZATION:
            return Subject("", organization=value)
        case Scope.API_KEY:
            return Subject("", api_key=value)
        case Scope.ADDRESS:
            return Subject("", address=value.partition("/")[0])
        case Scope.ASN:
            return Subject("", asn=int(value))
        case _:
            return Subject("", country=value)
