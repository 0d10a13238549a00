"""What the ledger says was done until the end of a period: told as stories of cases and appeals, and counted by kind.

One pass over the entries. Whoever holds an export of the ledger can make the same and get the same figures.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from stillwatch.storage.ledger.entry import read_leaf

if TYPE_CHECKING:
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.ledger import Entry
    from stillwatch.storage.ledger.reader import LedgerReader


@dataclasses.dataclass(slots=True)
class CaseStory:
    """One case.

    Attributes:
        verdict: of detection when it was opened.
        decisions: when it was decided how, and how many accounts that was about, oldest first; an overturned one
            is followed by ``innocent``.
        waits_since: when it was last opened or reopened without being decided since; None while it does not wait.
        merged: whether it went into another.
    """

    opened: str
    verdict: str
    accounts: int
    decisions: list[tuple[str, str, int]] = dataclasses.field(default_factory=list)
    waits_since: str | None = None
    merged: bool = False


@dataclasses.dataclass(slots=True)
class AppealStory:
    """One appeal; times are None for what has not happened."""

    filed: str
    due: str
    decided: str | None = None
    outcome: str = ""
    withdrawn: str | None = None
    escalated: str | None = None

    @property
    def ended(self) -> str | None:
        """When it stopped waiting."""
        return self.decided or self.withdrawn


@dataclasses.dataclass(frozen=True, slots=True)
class Wait:
    """A case that was decided, and how long after it was opened or reopened.

    Attributes:
        decision: ``confirmed``, ``innocent`` or ``undecided``.
    """

    case_id: str
    decision: str
    since: str
    until: str


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    """The ledger up to the end of a period.

    Attributes:
        cases: by id.
        appeals: by id.
        waits: every decision about a case, whenever it was.
        kinds: entries of the period by kind.
        details: details of the period's entries, by kind.
        first: index of the period's first entry; ``size`` where it has none.
        size: how many entries there are up to the period's end.
    """

    cases: dict[str, CaseStory]
    appeals: dict[str, AppealStory]
    waits: list[Wait]
    kinds: Counter[str]
    details: dict[str, list[dict[str, Any]]]
    first: int
    size: int

    @property
    def entries(self) -> int:
        """How many entries the period has."""
        return self.size - self.first


def book_of(ledger: LedgerReader, period: Period) -> Book:
    """Read a ledger up to the end of a period."""
    book = Book({}, {}, [], Counter(), {}, *_reach(ledger, period))
    for logged in ledger.entries(0, book.size):
        entry = logged.entry
        _CHAPTERS.get(entry.kind, _skip)(book, entry)
        if logged.index >= book.first:
            book.kinds[entry.kind] += 1
            book.details.setdefault(entry.kind, []).append(dict(entry.details))
    return book


def _reach(ledger: LedgerReader, period: Period) -> tuple[int, int]:
    """Indexes of the first entry in a period and of the first after it; times never fall."""
    size = ledger.size()
    with ledger.database.read() as connection:

        def ts(index: int) -> str:
            ((_, leaf),) = ledger.leaves(connection, index, index + 1)
            return read_leaf(index, leaf).entry.ts

        places = range(size)
        first = bisect.bisect_left(places, period.start_ts, key=ts)
        return first, bisect.bisect_left(places, period.end_ts, lo=first, key=ts)


def _opened(book: Book, entry: Entry) -> None:
    details = entry.details
    book.cases[entry.subject] = CaseStory(
        entry.ts, str(details["verdict"]), int(details["accounts"]), waits_since=entry.ts
    )


def _decided(book: Book, entry: Entry) -> None:
    case = book.cases.get(entry.subject)
    if case is None:
        return
    decision, spared = str(entry.details["decision"]), len(entry.details["spared"])
    case.decisions.append((entry.ts, decision, int(entry.details["accounts"]) - spared))
    if case.waits_since is not None:
        book.waits.append(Wait(entry.subject, decision, case.waits_since, entry.ts))
    case.waits_since = None


def _reopened(book: Book, entry: Entry) -> None:
    if entry.subject in book.cases:
        book.cases[entry.subject].waits_since = entry.ts


def _overturned(book: Book, entry: Entry) -> None:
    case = book.cases.get(entry.subject)
    if case is not None and entry.details.get("reach") == "case":
        case.decisions.append((entry.ts, "innocent", 0))
        case.waits_since = None


def _merged(book: Book, entry: Entry) -> None:
    case = book.cases.get(entry.subject)
    if case is not None and "into" in entry.details:
        case.merged, case.waits_since = True, None


def _filed(book: Book, entry: Entry) -> None:
    book.appeals[entry.subject] = AppealStory(entry.ts, str(entry.details["due"]))


def _answered(book: Book, entry: Entry) -> None:
    if entry.subject in book.appeals:
        appeal = book.appeals[entry.subject]
        appeal.decided, appeal.outcome = entry.ts, str(entry.details["outcome"])


def _withdrawn(book: Book, entry: Entry) -> None:
    if entry.subject in book.appeals:
        book.appeals[entry.subject].withdrawn = entry.ts


def _escalated(book: Book, entry: Entry) -> None:
    if entry.subject in book.appeals:
        book.appeals[entry.subject].escalated = entry.ts


def _skip(book: Book, entry: Entry) -> None:
    """Other entries are only counted."""


_CHAPTERS = {
    "case-opened": _opened,
    "case-decided": _decided,
    "case-reopened": _reopened,
    "case-overturned": _overturned,
    "case-merged": _merged,
    "appeal-filed": _filed,
    "appeal-decided": _answered,
    "appeal-withdrawn": _withdrawn,
    "appeal-escalated": _escalated,
}
