"""The time a report is about: a whole week, month, quarter or year in UTC, or any days."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Final

from stillwatch.errors import StillwatchError

WEEK: Final = "week"
MONTH: Final = "month"
QUARTER: Final = "quarter"
YEAR: Final = "year"
DAYS: Final = "days"

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FORMS: Final = (
    (WEEK, re.compile(r"(\d{4})-W(\d{2})")),
    (QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (YEAR, re.compile(r"(\d{4})")),
    (DAYS, re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")),
)
_HINT: Final = "write it as 2026-W47, 2026-11, 2026-Q4, 2026, or 2026-11-01..2026-11-15"


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """Days, from the first up to and with the last.

    Attributes:
        kind: ``week``, ``month``, ``quarter``, ``year`` or ``days``.
        name: as it is written: ``2026-W47``.
    """

    kind: str
    name: str
    first: dt.date
    last: dt.date

    @property
    def start_ts(self) -> str:
        """Its first moment, RFC 3339; times that are kept compare with it as text."""
        return f"{self.first.isoformat()}T00:00:00"

    @property
    def end_ts(self) -> str:
        """The moment after its last."""
        return f"{(self.last + dt.timedelta(days=1)).isoformat()}T00:00:00"

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def in_words(self) -> str:
        """For people: ``week 47 of 2026 (16 to 22 November 2026)``."""
        if self.kind == WEEK:
            return f"week {int(self.name[-2:])} of {self.name[:4]} ({_days(self.first, self.last)})"
        return {
            MONTH: f"{_MONTHS[self.first.month - 1]} {self.first.year}",
            QUARTER: f"{_MONTHS[self.first.month - 1]} to {_MONTHS[self.last.month - 1]} {self.first.year}",
            YEAR: f"the year {self.first.year}",
        }.get(self.kind, _days(self.first, self.last))

    def holds(self, ts: str) -> bool:
        """Whether a time (RFC 3339 in UTC) lies in it."""
        return self.start_ts <= ts < self.end_ts

    def before(self) -> Period:
        """The one before, of the same kind; days as many."""
        return containing(self.first - dt.timedelta(days=1), self.kind, self.days)

    def over(self, day: dt.date) -> bool:
        """Whether it had ended by a day."""
        return self.last < day


def period_of(text: str) -> Period:
    """The period that is written so.

    Raises:
        StillwatchError: SW-REP-03, it is none.
    """
    try:
        for kind, form in _FORMS:
            if found := form.fullmatch(text.strip()):
                return _read(kind, *found.groups())
    except ValueError:
        pass
    raise StillwatchError(f"'{text[:40]}' is no period", code="SW-REP-03", hint=_HINT)


def containing(day: dt.date, kind: str, days: int = 1) -> Period:
    """The period of a kind in which a day lies; of so many days that end with it where the kind is ``days``."""
    if kind == WEEK:
        year, week, _ = day.isocalendar()
        return _read(WEEK, str(year), f"{week:02}")
    if kind == MONTH:
        return _read(MONTH, str(day.year), f"{day.month:02}")
    if kind == QUARTER:
        return _read(QUARTER, str(day.year), str((day.month + 2) // 3))
    if kind == YEAR:
        return _read(YEAR, str(day.year))
    first = day - dt.timedelta(days=days - 1)
    return _read(DAYS, first.isoformat(), day.isoformat())


def last_whole(today: dt.date, kind: str) -> Period:
    """The last period of a kind that is over."""
    return containing(today, kind).before()


def _read(kind: str, *parts: str) -> Period:
    if kind == DAYS:
        first, last = (dt.date.fromisoformat(part) for part in parts)
        if last < first:
            raise ValueError
        return Period(DAYS, f"{parts[0]}..{parts[1]}", first, last)
    year, number = int(parts[0]), int(parts[1]) if len(parts) > 1 else 1
    if kind == WEEK:
        first = dt.date.fromisocalendar(year, number, 1)
        return Period(WEEK, f"{year}-W{number:02}", first, first + dt.timedelta(days=6))
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[kind]
    begin = (number - 1) * months
    first, after = dt.date(year, begin + 1, 1), begin + months
    last = dt.date(year + after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)
    name = {MONTH: f"{year}-{number:02}", QUARTER: f"{year}-Q{number}", YEAR: f"{year}"}[kind]
    return Period(kind, name, first, last)


def _days(first: dt.date, last: dt.date) -> str:
    ended = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return ended
    if first.year != last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year} to {ended}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} to {ended}"
    return f"{first.day} to {ended}"
