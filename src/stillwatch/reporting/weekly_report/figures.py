"""The figures of a week, from the ledger, the cases, the decisions and what was shared."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import wording
from stillwatch.reporting.intervals import Share
from stillwatch.reporting.sheets.book import Book, book_of
from stillwatch.reporting.sheets.measures import Measures, measures_of
from stillwatch.reporting.sheets.period import WEEK, containing
from stillwatch.reporting.sheets.spread import Spread, seconds_between, spread_of
from stillwatch.reporting.weekly_report.growth import Growth, growth_of
from stillwatch.reporting.weekly_report.queue import Campaign, Queue, campaigns_of, queue_of
from stillwatch.reporting.weekly_report.shared import Shared, shared_of

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.records import Records
    from stillwatch.clock import Clock
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.sql import SqlDatabase

_WEEKS: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Casework:
    """What was done about cases.

    Attributes:
        opened: cases opened; ``accounts`` belonged to them then.
        decided: decisions by what was concluded; a case that was decided twice counts twice.
        innocent: of the decisions that concluded something, those for an honest cause.
        reopened: cases that had to be looked at again; ``merged`` went into another.
        took: from opening (or reopening) to the decision.
        waiting: cases that waited at the end of the period.
    """

    opened: int
    accounts: int
    decided: Counter[str]
    innocent: Share
    reopened: int
    merged: int
    took: Spread
    waiting: int


@dataclasses.dataclass(frozen=True, slots=True)
class Appeals:
    """What became of appeals.

    Attributes:
        overturned: of those decided.
        late: of those decided, after their time.
        took: from filing to the answer.
        waiting: at the end of the period; ``overdue`` of them were past their time then.
    """

    filed: int
    decided: int
    overturned: Share
    late: Share
    withdrawn: int
    escalated: int
    took: Spread
    waiting: int
    overdue: int


@dataclasses.dataclass(frozen=True, slots=True)
class Week:
    """Everything the report says.

    Attributes:
        weeks: Monday, cases opened and cases decided of the last weeks, this one last.
        queue: as it stood when the report was made.
        proposals: decisions that waited for a second person then.
        measures: None where there is no store of decisions.
        shared: None where nothing is shared.
    """

    period: Period
    made_ts: str
    casework: Casework
    before: Casework
    appeals: Appeals
    appeals_before: Appeals
    weeks: tuple[tuple[str, int, int], ...]
    queue: Queue
    campaigns: tuple[Campaign, ...]
    measures: Measures | None
    measures_before: Measures | None
    proposals: int
    shared: Shared | None
    kinds: Counter[str]
    reach: tuple[int, int]
    growth: Growth | None


def week_of(
    records: Records,
    cases: CaseStore,
    decisions: DecisionReader | None,
    sharing: SqlDatabase | None,
    period: Period,
    now: Clock,
    made_ts: str,
) -> Week:
    """Gather them."""
    book, earlier = book_of(records.ledger, period), book_of(records.ledger, period.before())
    return Week(
        period,
        made_ts,
        _casework(book, period),
        _casework(earlier, period.before()),
        _appeals(book, period),
        _appeals(earlier, period.before()),
        tuple(_weeks(book, period)),
        queue_of(cases, made_ts),
        campaigns_of(records.database, period),
        None if decisions is None else measures_of(decisions, period),
        None if decisions is None else measures_of(decisions, period.before()),
        0 if decisions is None else _waiting(decisions),
        None if sharing is None else shared_of(sharing, period, now().date()),
        book.kinds,
        (book.first, book.size),
        growth_of(records.ledger, period),
    )


def _casework(book: Book, period: Period) -> Casework:
    opened = [case for case in book.cases.values() if period.holds(case.opened)]
    waits = [wait for wait in book.waits if period.holds(wait.until)]
    decided = Counter(
        decision for case in book.cases.values() for ts, decision, _ in case.decisions if period.holds(ts)
    )
    concluded = decided["confirmed"] + decided["innocent"]
    return Casework(
        opened=len(opened),
        accounts=sum(case.accounts for case in opened),
        decided=decided,
        innocent=Share(decided["innocent"], concluded),
        reopened=book.kinds["case-reopened"],
        merged=sum("into" in details for details in book.details.get("case-merged", ())),
        took=spread_of(seconds_between(wait.since, wait.until) for wait in waits),
        waiting=sum(case.waits_since is not None for case in book.cases.values()),
    )


def _appeals(book: Book, period: Period) -> Appeals:
    everything = book.appeals.values()
    decided = [each for each in everything if each.decided and period.holds(each.decided)]
    waiting = [each for each in everything if each.ended is None]
    return Appeals(
        filed=sum(period.holds(each.filed) for each in everything),
        decided=len(decided),
        overturned=Share(sum(each.outcome == "overturned" for each in decided), len(decided)),
        late=Share(sum((each.decided or "") > each.due for each in decided), len(decided)),
        withdrawn=sum(period.holds(each.withdrawn or "") for each in everything),
        escalated=sum(period.holds(each.escalated or "") for each in everything),
        took=spread_of(seconds_between(each.filed, each.decided or "") for each in decided),
        waiting=len(waiting),
        overdue=sum(each.due < period.end_ts for each in waiting),
    )


def _weeks(book: Book, period: Period) -> list[tuple[str, int, int]]:
    """Cases opened and decided, a row a week."""
    week = containing(period.last, WEEK)
    rows = []
    for _ in range(_WEEKS):
        opened = sum(week.holds(case.opened) for case in book.cases.values())
        decided = sum(week.holds(wait.until) for wait in book.waits)
        rows.append((wording.day(dt.datetime.combine(week.first, dt.time())), opened, decided))
        week = week.before()
    return rows[::-1]


def _waiting(decisions: DecisionReader) -> int:
    return int(decisions.database.rows("SELECT count(*) FROM proposals WHERE state = 'waiting'")[0][0])
