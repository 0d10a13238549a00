"""All exchanges of a world in order of time, as arrays; their words are written later, one by one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stillwatch.range.plan import Account, Stream, Window
from stillwatch.range.rhythm import times
from stillwatch.range.seeding import arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One exchange of a schedule, without who sends it: time (ms), stream, session, turn, serial, payload."""

    when: int
    stream: int
    session: int
    turn: int
    serial: int
    item: int


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """One row an exchange: time (ms), account, stream of it, session, turn, serial, payload."""

    when: Numbers
    account: Numbers
    stream: Numbers
    session: Numbers
    turn: Numbers
    serial: Numbers
    item: Numbers

    def __len__(self) -> int:
        return len(self.when)


def counts(accounts: Sequence[Account], exchanges: int) -> list[list[int]]:
    """Exchanges of every stream, so that the whole comes close to the wanted number.

    Streams of campaigns are fixed; the others share what is left in proportion to their weights.
    """
    fixed = sum(int(s.weight) for account in accounts for s in account.streams if s.fixed)
    weight = sum(s.weight for account in accounts for s in account.streams if not s.fixed)
    factor = max(exchanges - fixed, 0) / weight if weight else 0.0
    found = []
    for account in accounts:
        if any(s.campaign_id and not s.fixed for s in account.streams):
            found.append(_shared(account.streams, factor))
            continue
        row = [int(s.weight) if s.fixed else round(s.weight * factor) for s in account.streams]
        if not any(row):
            row[0] = 1
        found.append(row)
    return found


def _shared(streams: Sequence[Stream], factor: float) -> list[int]:
    """An account's exchanges among its streams without rounding the total away; a harvest has at least one."""
    ends = np.rint(np.cumsum([stream.weight * factor for stream in streams])).astype(np.int64)
    row = np.diff(ends, prepend=0).tolist()
    return [max(count, 1 if stream.campaign_id else 0) for count, stream in zip(row, streams, strict=True)]


def schedule(
    accounts: Sequence[Account], wanted: Sequence[Sequence[int]], window: Window, seed: tuple[object, ...]
) -> Schedule:
    """Draw the times of every account and merge them."""
    columns: list[list[Numbers]] = [[] for _ in range(6)]
    for index, account in enumerate(accounts):
        gen = arrays(*seed, "times", account.seed)
        for place, (stream, count) in enumerate(zip(account.streams, wanted[index], strict=True)):
            if not count:
                continue
            span = _span(account, stream, window)
            when, session, turn = times(
                gen, stream.rhythm, count, span.start, span.end, account.identity.utc_offset
            )
            size = len(when)
            serial = np.arange(size, dtype=np.int64)
            row = (when, np.full(size, index), np.full(size, place), session, turn, serial)
            for column, values in zip(columns, row, strict=True):
                column.append(values.astype(np.int64, copy=False))
    when, account_column, place_column, session, turn, serial = (
        np.concatenate(column) if column else np.empty(0, np.int64) for column in columns
    )
    order = np.lexsort((serial, place_column, account_column, when))
    owners, places = account_column[order], place_column[order]
    return Schedule(
        when[order],
        owners,
        places,
        session[order],
        turn[order],
        serial[order],
        _items(accounts, owners, places, seed),
    )


def _span(account: Account, stream: Stream, window: Window) -> Window:
    limit = stream.window or window
    start = max(limit.start, window.start, account.identity.created_ms)
    return Window(min(start, limit.end - 3_600_000), limit.end)


def _items(accounts: Sequence[Account], owner: Numbers, place: Numbers, seed: tuple[object, ...]) -> Numbers:
    """Deal each pool's payloads to its exchanges without replacement, in no visible order."""
    pools: dict[str, int] = {}
    table = np.full((len(accounts), max((len(a.streams) for a in accounts), default=1)), -1, np.int64)
    names: list[str] = []
    for index, account in enumerate(accounts):
        for number, stream in enumerate(account.streams):
            name = stream.campaign_id or stream.pool_id
            if name is not None:
                if name not in pools:
                    pools[name] = len(names)
                    names.append(name)
                table[index, number] = pools[name]
    which = table[owner, place] if len(owner) else owner
    found = np.full(len(owner), -1, np.int64)
    for number, name in enumerate(names):
        rows = np.flatnonzero(which == number)
        found[rows] = arrays(*seed, "deal", name).permutation(len(rows))
    return found
