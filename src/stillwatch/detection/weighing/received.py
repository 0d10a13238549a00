"""How far a candidate's accounts bear marks that other members reported, against everybody else on the site.

The marks come from ``storage.received``, each with what it is worth: how far its reporter's word counts, times the
confidence reported. It grows old from the week it was last seen in, and was not known before it was received. What
half the site bears says nothing, however sure its reporter is; a mark that nobody of the candidate bears says nothing
either, neither for nor against.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.decay import CURVES, decayed
from stillwatch.detection.checkpoints import grid_rows
from stillwatch.detection.contract import clamp, decibans
from stillwatch.storage.received.records import Mark, Pivot

if TYPE_CHECKING:
    from stillwatch.core.indicator import IndicatorKind
    from stillwatch.detection.frame import Frame

MOST: Final = 12.0  # decibans, whatever is reported by whomever: others' word decides nothing alone
LEAST_BEARERS: Final = 3
FEWEST_FOLLOWED: Final = 10  # exchanges of accounts that bear a mark, from which on looks follow them
MOST_FOLLOWED: Final = 2_000  # up to which they do: what is larger, checkpoints see in time
FOLLOWED: Final = 1.15  # times more of them than at the last look
FOLLOWED_HOURS: Final = 0.25  # width of the grid of such looks
_ROOM: Final = (
    1.0  # accounts added to those beside the candidate, so that a mark nobody else bears is not infinite
)
_DAY_US: Final = 86_400e6


@dataclasses.dataclass(frozen=True, slots=True)
class Borne:
    """What received marks say of one candidate.

    Attributes:
        decibans: 0 to `MOST`.
        bearers: accounts of the candidate that bear the strongest mark.
        kind: of the strongest mark.
        marks: how many indicators speak for it.
        accounts: int32, sorted: accounts that bear any of these.
    """

    decibans: float
    bearers: int
    kind: IndicatorKind
    marks: int
    accounts: Any


class ReceivedMarks:
    """Who bears which mark from when on.

    Args:
        frame: the exchanges.
        marks: see `storage.received.marks`.

    Attributes:
        since: int64 (accounts): the row from which on each is known to bear a mark; the number of rows for never.
    """

    def __init__(self, frame: Frame, marks: Sequence[Mark]) -> None:
        self._frame = frame
        number: dict[str, int] = {}
        group = np.array(
            [number.setdefault(each.indicator_id, len(number)) for each in marks], dtype=np.int64
        )
        self._marks = [marks[k] for k in np.unique(group, return_index=True)[1].tolist()]  # one an indicator
        mark, account, row = _bearers(frame, marks)
        mark, account, row = _once(group[mark], account, row, len(frame.accounts))
        order = np.lexsort((row, account))
        self._mark, self._account, self._row = mark[order], account[order], row[order]
        self._begins = np.searchsorted(self._account, np.arange(len(frame.accounts) + 1))
        self._users = np.sort(mark * (frame.size + 1) + row)
        self.since = self._known_since()

    def of(self, accounts: Any, known: int, site_accounts: int, *, final: bool) -> Borne | None:
        """What the marks say of a group; None where too few bear any.

        Args:
            accounts: int32, sorted: account numbers of the group.
            known: exchanges known.
            site_accounts: accounts of the site known by then.
            final: whether the log ends here: then what was received after its end counts as well.
        """
        held = np.concatenate(
            [np.zeros(0, dtype=np.int64)]
            + [np.arange(self._begins[a], self._begins[a + 1]) for a in accounts.tolist()]
        )
        held = held[self._row[held] < known]
        present, inside = np.unique(self._mark[held], return_counts=True)
        now = int(self._frame.ts[known - 1])
        strongest: dict[IndicatorKind, tuple[float, int]] = {}
        speaking: list[int] = []
        for place, bearers in zip(present.tolist(), inside.tolist(), strict=True):
            worth = self._worth(self._marks[place], now, final=final)
            if bearers < LEAST_BEARERS or not worth:
                continue
            beside = self._bearing(place, known) - bearers
            rate = (beside + _ROOM) / (max(site_accounts - accounts.size, 0) + _ROOM)
            weight = worth * clamp(decibans(bearers / accounts.size / rate), 0.0, MOST)
            if weight <= 0.0:
                continue
            speaking.append(place)
            kind = self._marks[place].kind
            if weight > strongest.get(kind, (0.0, 0))[0]:
                strongest[kind] = weight, bearers
        if not strongest:
            return None
        kind = max(strongest, key=lambda each: (strongest[each][0], each))
        total = min(MOST, sum(weight for weight, _ in strongest.values()))
        who = np.unique(self._account[held][np.isin(self._mark[held], speaking)]).astype(np.int32)
        return Borne(total, strongest[kind][1], kind, len(speaking), who)

    def looks(self, checkpoints: Any) -> Any:
        """int64, sorted: rows at which to look as well, because bearers of marks sent more: see `FOLLOWED`.

        They lie on a grid fixed in time, so a longer log changes none of them.

        Args:
            checkpoints: int64: exchanges before each checkpoint.
        """
        of_bearers, bearers = self._sent_by_bearers()
        at, last = [], 0
        for row in grid_rows(self._frame.ts, FOLLOWED_HOURS).tolist():
            sent, many = int(of_bearers[row]), int(bearers[row])
            if many < LEAST_BEARERS or sent < max(FEWEST_FOLLOWED, FOLLOWED * last):
                continue
            if sent > MOST_FOLLOWED:
                break
            at.append(row)
            last = sent
        return np.setdiff1d(np.array(at, dtype=np.int64), checkpoints)

    def borne_in(self, accounts: Any, known: int) -> bool:
        """Whether enough of a group's accounts bear a mark by then."""
        return int((self.since[accounts] < known).sum()) >= LEAST_BEARERS

    def _sent_by_bearers(self) -> tuple[Any, Any]:
        """int64 (n + 1) each: exchanges of bearing accounts since they bore, and such accounts, before each row."""
        frame = self._frame
        borne = np.arange(frame.size) >= self.since[frame.account]
        begun = np.bincount(self.since[self.since < frame.size], minlength=frame.size)[: frame.size]
        zero = np.zeros(1, dtype=np.int64)
        return np.concatenate((zero, np.cumsum(borne))), np.concatenate((zero, np.cumsum(begun)))

    def by_account(self) -> dict[str, int]:
        """How many reported indicators each account bears; accounts without one are left out."""
        accounts, counts = np.unique(self._account, return_counts=True)
        return {self._frame.accounts[a]: n for a, n in zip(accounts.tolist(), counts.tolist(), strict=True)}

    def _known_since(self) -> Any:
        """As of `since`."""
        heard = np.searchsorted(self._frame.ts, [mark.received_us for mark in self._marks])
        since = np.full(len(self._frame.accounts), self._frame.size, dtype=np.int64)
        if self._mark.size:
            np.minimum.at(since, self._account, np.maximum(self._row, heard[self._mark]))
        return since

    def _bearing(self, mark: int, known: int) -> int:
        """Accounts of the site that bear a mark by then."""
        first = mark * (self._frame.size + 1)
        low, high = np.searchsorted(self._users, [first, first + known])
        return int(high - low)

    def _worth(self, mark: Mark, now: int, *, final: bool) -> float:
        if mark.received_us > now and not final:
            return 0.0
        return decayed(mark.weight, (now - mark.seen_us) / _DAY_US, CURVES[mark.kind])


def _bearers(frame: Frame, marks: Sequence[Mark]) -> tuple[Any, Any, Any]:
    """Each pair of a mark and an account that bears it, with the exchange that first showed it.

    Returns:
        int64 arrays: place of the mark, number of the account, row of the exchange.
    """
    empty = np.zeros(0, dtype=np.int64)
    found = [(empty, empty, empty)]
    for pivot in Pivot:
        here = [(k, mark) for k, mark in enumerate(marks) if mark.pivot is pivot]
        if not here:
            continue
        if pivot is Pivot.ACCOUNT:
            found.append(_by_account(frame, here))
        else:
            found.append(_by_value(frame, _column(frame, pivot), [(k, mark.value) for k, mark in here]))
    mark, account, row = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return mark, account, row


def _by_account(frame: Frame, here: Sequence[tuple[int, Mark]]) -> tuple[Any, Any, Any]:
    """The pairs of marks that are told by account, from the exchange on that first showed each."""
    number = {name: k for k, name in enumerate(frame.accounts)}
    told = [(k, number[mark.value], mark.since_us) for k, mark in here if mark.value in number]
    mark, account, since = np.array(told, dtype=np.int64).reshape(-1, 3).T
    row = np.maximum(_first_rows(frame)[account], np.searchsorted(frame.ts, since))
    return mark, account, row


def _by_value(frame: Frame, column: Any, here: Sequence[tuple[int, str]]) -> tuple[Any, Any, Any]:
    """The pairs of marks that are told by the value of a column (uint64, 0 where the log gave none)."""
    values = np.array([int(value) for _, value in here], dtype=np.uint64)
    places = np.array([k for k, _ in here], dtype=np.int64)
    order = np.argsort(values, kind="stable")
    values, places = values[order], places[order]
    rows = np.flatnonzero(np.isin(column, values) & (column != 0))
    # several indicators may name one value: each gets its own pairs
    low = np.searchsorted(values, column[rows], side="left")
    many = np.searchsorted(values, column[rows], side="right") - low
    row = np.repeat(rows, many)
    offset = np.arange(row.size) - np.repeat(np.cumsum(many) - many, many)
    mark = places[np.repeat(low, many) + offset]
    account = frame.account[row].astype(np.int64)
    return _once(mark, account, row.astype(np.int64), len(frame.accounts))


def _once(mark: Any, account: Any, row: Any, accounts: int) -> tuple[Any, Any, Any]:
    """Each pair of a mark and an account once, with the earliest exchange."""
    order = np.argsort(row, kind="stable")
    mark, account, row = mark[order], account[order], row[order]
    _, first = np.unique(mark * max(accounts, 1) + account, return_index=True)
    return mark[first], account[first], row[first]


def _column(frame: Frame, pivot: Pivot) -> Any:
    """A pivot of every exchange, 0 where the log gave none."""
    column = frame.table[pivot.value].fill_null(0).to_numpy()
    return np.maximum(column, 0).astype(np.uint64)


def _first_rows(frame: Frame) -> Any:
    """int64 (accounts): the first exchange of each."""
    first = np.full(len(frame.accounts), frame.size, dtype=np.int64)
    np.minimum.at(first, frame.account, np.arange(frame.size))
    return first
