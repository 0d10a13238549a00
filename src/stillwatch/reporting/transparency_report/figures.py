"""Every count of the report under a name, which of them add up, and which are withheld."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.reporting.intervals import Share
from stillwatch.reporting.sheets.book import Book, CaseStory, book_of
from stillwatch.reporting.sheets.measures import ACTIONS, Measures, measures_of
from stillwatch.reporting.sheets.spread import Spread, seconds_between, spread_of
from stillwatch.reporting.suppression import Sum, withheld

if TYPE_CHECKING:
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.reporting.sheets.period import Period
    from stillwatch.storage.ledger.reader import LedgerReader

LEAST: Final = 10
"""The smallest count that is shown: what one lab may tell another does not speak of fewer than ten accounts either."""
VERDICTS: Final = ("attack", "watch")
FATES: Final = ("confirmed", "innocent", "undecided", "waiting", "merged")
TAKERS: Final = ("machine", "person")
TOTAL: Final = "total"

_COUNTED: Final = {
    "disclosures|requested": "disclosure-requested",
    "disclosures|released": "disclosure-released",
    "disclosures|refused": "disclosure-refused",
    "government|notifications": "notification-sent",
    "government|requests": "request-entered",
    "authorisations|registered": "authorisation-registered",
    "authorisations|withdrawn": "authorisation-withdrawn",
    "approvals|approved": "approval-approved",
    "approvals|refused": "approval-refused",
    "statements|issued": "statement-issued",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What may be published.

    Attributes:
        counts: every count by name, hidden ones among them: not to be written anywhere.
        hidden: names of those that are withheld.
        to_decision: from opening to decision; None where there were too few.
        to_answer: from an appeal to its answer; likewise.
        decisions_digest: of the last entry of the store of decisions; empty where there is none.
    """

    period: Period
    counts: Mapping[str, int]
    hidden: frozenset[str]
    to_decision: Spread | None
    to_answer: Spread | None
    decisions_digest: str

    def shown(self, name: str) -> int | None:
        """A count; None where it is withheld."""
        return None if name in self.hidden else self.counts[name]

    def share(self, part: str, total: str) -> Share | None:
        """A share of two counts that are both shown and not small; None else."""
        found, of = self.shown(part), self.shown(total)
        return None if found is None or of is None or of < LEAST else Share(found, of)


def figures_of(ledger: LedgerReader, decisions: DecisionReader | None, period: Period) -> Figures:
    """Count, and withhold what must not be shown.

    Raises:
        StillwatchError: the store of decisions was changed.
    """
    book = book_of(ledger, period)
    measures = None if decisions is None else measures_of(decisions, period)
    counts: dict[str, int] = {}
    sums: list[Sum] = []
    _cases(book, period, counts, sums)
    _measures(measures, counts, sums)
    _appeals(book, period, counts, sums)
    counts |= {name: book.kinds[kind] for name, kind in _COUNTED.items()}
    waits = [w for w in book.waits if period.holds(w.until)]
    answered = [a for a in book.appeals.values() if a.decided and period.holds(a.decided)]
    return Figures(
        period,
        counts,
        withheld(counts, sums, LEAST),
        _times([seconds_between(w.since, w.until) for w in waits]),
        _times([seconds_between(a.filed, a.decided or "") for a in answered]),
        measures.digest if measures else "",
    )


def grid(name: str, rows: Sequence[str], columns: Sequence[str]) -> list[Sum]:
    """What adds up in a table with totals on both sides; its counts are named ``name|row|column``."""
    across = [
        Sum(f"{name}|{row}|{TOTAL}", tuple(f"{name}|{row}|{column}" for column in columns))
        for row in (*rows, TOTAL)
    ]
    down = [
        Sum(f"{name}|{TOTAL}|{column}", tuple(f"{name}|{row}|{column}" for row in rows))
        for column in (*columns, TOTAL)
    ]
    return [*across, *down]


def _filled(
    name: str, rows: Sequence[str], columns: Sequence[str], found: Counter[tuple[str, str]]
) -> dict[str, int]:
    """A table's counts with its totals."""
    counts = {f"{name}|{row}|{column}": found[row, column] for row in rows for column in columns}
    for row in rows:
        counts[f"{name}|{row}|{TOTAL}"] = sum(found[row, column] for column in columns)
    for column in (*columns, TOTAL):
        counts[f"{name}|{TOTAL}|{column}"] = sum(counts[f"{name}|{row}|{column}"] for row in rows)
    return counts


def _cases(book: Book, period: Period, counts: dict[str, int], sums: list[Sum]) -> None:
    opened = [case for case in book.cases.values() if period.holds(case.opened)]
    found = Counter((case.verdict, _fate(case)) for case in opened)
    counts |= _filled("cases", VERDICTS, FATES, found)
    counts["accounts|confirmed"] = sum(
        case.decisions[-1][2] for case in opened if case.decisions and _fate(case) == "confirmed"
    )
    sums += grid("cases", VERDICTS, FATES)


def _fate(case: CaseStory) -> str:
    """How a case stood at the end of the period."""
    if case.merged:
        return "merged"
    if case.waits_since is not None or not case.decisions:
        return "waiting"
    return case.decisions[-1][1]


def _measures(measures: Measures | None, counts: dict[str, int], sums: list[Sum]) -> None:
    found: Counter[tuple[str, str]] = Counter()
    if measures is not None:
        for (action, origin), count in measures.taken.items():
            found[action, "person" if origin == "person" else "machine"] += count
    counts |= _filled("measures", ACTIONS, TAKERS, found)
    blocks = counts[f"measures|block|{TOTAL}"]
    permanent = measures.permanent if measures else 0
    counts |= {"blocks|permanent": permanent, "blocks|temporary": blocks - permanent}
    ended = measures.ended if measures else Counter()
    counts |= {"ended|lift": ended["lift"], "ended|expire": ended["expire"]}
    counts["simulated"] = sum(measures.simulated.values()) if measures else 0
    sums += grid("measures", ACTIONS, TAKERS)
    sums.append(Sum(f"measures|block|{TOTAL}", ("blocks|permanent", "blocks|temporary")))


def _appeals(book: Book, period: Period, counts: dict[str, int], sums: list[Sum]) -> None:
    appeals = book.appeals.values()
    answered = [each for each in appeals if each.decided and period.holds(each.decided)]
    late = sum((each.decided or "") > each.due for each in answered)
    overturned = sum(each.outcome == "overturned" for each in answered)
    counts |= {
        "appeals|received": sum(period.holds(each.filed) for each in appeals),
        "appeals|answered": len(answered),
        "appeals|overturned": overturned,
        "appeals|upheld": len(answered) - overturned,
        "appeals|late": late,
        "appeals|in time": len(answered) - late,
        "appeals|withdrawn": sum(period.holds(each.withdrawn or "") for each in appeals),
        "appeals|escalated": sum(period.holds(each.escalated or "") for each in appeals),
        "appeals|waiting": sum(each.ended is None for each in appeals),
    }
    sums += [
        Sum("appeals|answered", ("appeals|upheld", "appeals|overturned")),
        Sum("appeals|answered", ("appeals|late", "appeals|in time")),
    ]


def _times(values: list[float]) -> Spread | None:
    """A spread that does not tell one time from another; None of too few."""
    return spread_of(round(value / 3600) * 3600 for value in values) if len(values) >= LEAST else None
