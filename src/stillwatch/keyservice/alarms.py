"""Who looks as if it were going through a list: patterns of use that honest matching does not have.

The service cannot see what is asked for, so only amounts and times speak: a quota used up day after day, a sudden
rise, batches around the clock, refusals one after the other, and several members who do so on the same days.
"""

from __future__ import annotations

import collections
import dataclasses
import statistics
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from stillwatch.keyservice.tables import ALARMS, MEMBERS, USAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.clock import Clock
    from stillwatch.storage.sql import SqlDatabase

NEAR_QUOTA: Final = 0.8
HALF_QUOTA: Final = 0.5
SUSTAINED_DAYS: Final = 3
WINDOW_DAYS: Final = 7
_SURGE_TIMES: Final = 10
_SURGE_LEAST: Final = 2_000
_SURGE_HISTORY: Final = 28
_SURGE_ACTIVE: Final = 7
_CLOCKWORK_HOURS: Final = 20
_CLOCKWORK_FULL: Final = 0.9
_REFUSALS: Final = 10
_FORUM: Final = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one member."""

    hour: int
    items: int
    batches: int
    full_batches: int
    refused: int


@dataclasses.dataclass(frozen=True, slots=True)
class Alarm:
    """One pattern, once a day.

    Attributes:
        day: days since 1970 UTC.
        pattern: ``sustained``, ``surge``, ``clockwork``, ``refused`` or ``spread``.
        member: whose; empty where several act together.
    """

    day: int
    pattern: str
    member: str
    sentence: str


def patterns(usage: Mapping[str, Sequence[Hour]], quotas: Mapping[str, int], now_hour: int) -> list[Alarm]:
    """What the use of the last weeks looks like.

    Args:
        usage: by member, the hours of at least the last four weeks.
        quotas: items a day, by member.
        now_hour: the present hour since 1970.
    """
    today = now_hour // 24
    found: list[Alarm] = []
    busy: dict[str, set[int]] = {}
    for member, hours in sorted(usage.items()):
        quota = quotas.get(member, 0)
        days = _days(hours)
        found += [Alarm(today, p, member, s) for p, s in _of_one(hours, days, quota, now_hour)]
        busy[member] = _days_above(days, HALF_QUOTA * quota, today) if quota else set()
    return found + _spread(busy, today)


class Alarms:
    """Looks for patterns and keeps what it found.

    Args:
        database: the records.
        clock: what time it is.
    """

    def __init__(self, database: SqlDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def look(self) -> list[Alarm]:
        """Look at the use of the last weeks; gives alarms that were not known."""
        now_hour = int(self._clock().timestamp()) // 3600
        usage: dict[str, list[Hour]] = {}
        with self._database.read() as connection:
            recent = sa.select(USAGE).where(USAGE.c.hour >= now_hour - 24 * (_SURGE_HISTORY + 1))
            for row in connection.execute(recent.order_by(USAGE.c.hour)):
                hour = Hour(row.hour, row.amount, row.batches, row.full_batches, row.refused)
                usage.setdefault(row.member, []).append(hour)
            quotas = {
                row.name: row.quota for row in connection.execute(sa.select(MEMBERS.c.name, MEMBERS.c.quota))
            }
        found = patterns(usage, quotas, now_hour)
        return self._kept(found) if found else []

    def since(self, days: int) -> list[Alarm]:
        """Alarms of the last days, the latest first."""
        today = int(self._clock().timestamp()) // 86_400
        query = sa.select(ALARMS).where(ALARMS.c.day > today - days)
        with self._database.read() as connection:
            rows = connection.execute(
                query.order_by(ALARMS.c.raised.desc(), ALARMS.c.pattern, ALARMS.c.member)
            )
            return [Alarm(row.day, row.pattern, row.member, row.sentence) for row in rows]

    def _kept(self, found: Sequence[Alarm]) -> list[Alarm]:
        new = []
        raised = int(self._clock().timestamp())
        with self._database.write() as connection:
            for alarm in found:
                same = sa.and_(
                    ALARMS.c.day == alarm.day,
                    ALARMS.c.pattern == alarm.pattern,
                    ALARMS.c.member == alarm.member,
                )
                if connection.execute(sa.select(ALARMS.c.day).where(same)).first() is None:
                    connection.execute(ALARMS.insert().values(**dataclasses.asdict(alarm), raised=raised))
                    new.append(alarm)
        return new


def _of_one(
    hours: Sequence[Hour], days: Mapping[int, int], quota: int, now_hour: int
) -> Iterator[tuple[str, str]]:
    today = now_hour // 24
    near = _days_above(days, NEAR_QUOTA * quota, today) if quota else set()
    if len(near) >= SUSTAINED_DAYS:
        yield (
            "sustained",
            f"used {NEAR_QUOTA:.0%} of its quota or more on {len(near)} of the last {WINDOW_DAYS} days",
        )
    earlier = [n for day, n in days.items() if today - _SURGE_HISTORY <= day < today and n]
    if len(earlier) >= _SURGE_ACTIVE and days.get(today, 0) >= max(
        _SURGE_LEAST, _SURGE_TIMES * statistics.median(earlier)
    ):
        yield "surge", f"{days[today]:,} items today, {statistics.median(earlier):,.0f} on an ordinary day"
    last = [hour for hour in hours if now_hour - 24 < hour.hour <= now_hour and hour.batches]
    full = sum(hour.full_batches for hour in last) / max(sum(hour.batches for hour in last), 1)
    if len(last) >= _CLOCKWORK_HOURS and full >= _CLOCKWORK_FULL:
        yield "clockwork", f"full batches in {len(last)} of the last 24 hours"
    refused = sum(hour.refused for hour in hours if hour.hour // 24 == today)
    if refused >= _REFUSALS:
        yield "refused", f"went on after its quota {refused} times today"


def _spread(busy: Mapping[str, set[int]], today: int) -> list[Alarm]:
    """Several members that use half of their quota or more on the same days."""
    sharing: collections.Counter[int] = collections.Counter(day for days in busy.values() for day in days)
    common = {day for day, members in sharing.items() if members >= 2}
    together = sorted(member for member, days in busy.items() if len(days & common) >= SUSTAINED_DAYS)
    if len(together) < 2:
        return []
    said = f"{', '.join(together)} used half of their quotas or more on the same days"
    return [Alarm(today, "spread", _FORUM, said)]


def _days(hours: Sequence[Hour]) -> dict[int, int]:
    days: dict[int, int] = {}
    for hour in hours:
        days[hour.hour // 24] = days.get(hour.hour // 24, 0) + hour.items
    return days


def _days_above(days: Mapping[int, int], least: float, today: int) -> set[int]:
    return {day for day, items in days.items() if today - WINDOW_DAYS < day <= today and items >= least}
