"""What some accounts sent in a time: from the store, and from the log where the store does not have it yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.enforcement.displacement_measure import Sent, sent_by
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.node import segments
from stillwatch.node.window import of_parts
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from stillwatch.node.folder import Folder

_TRIES: Final = 5
_MOST_BYTES: Final = 256 * 2**20
_MEMORY_GIB: Final = 0.5


def sent_between(folder: Folder, accounts: frozenset[str], begin: float, end: float) -> list[Sent]:
    """The requests of some accounts, in order, each once.

    Args:
        folder: of the node; its worker may be moving exchanges from the log to the store meanwhile.
        accounts: whose.
        begin: seconds since 1970, included.
        end: excluded.

    Raises:
        StillwatchError: the worker is so far behind that the log is too large to be read, or something is damaged.
    """
    for _ in range(_TRIES):
        try:
            store = Store.open(folder.store)
            found = [*_moved(store, accounts, begin, end), *_unmoved(folder, store, accounts, begin, end)]
        except (FileNotFoundError, duckdb.IOException):
            continue  # moved or merged after the manifest was read: look again
        return sorted(found, key=lambda each: each.moment)
    raise StillwatchError(
        "parts or segments vanish while they are read",
        code="SW-NODE-50",
        where=str(folder.path),
        hint="check the store with: stillwatch store verify",
        exit_code=ExitCode.UNREADABLE,
    )


def _moved(store: Store, accounts: frozenset[str], begin: float, end: float) -> list[Sent]:
    """What the store has."""
    parts = tuple(
        part for part in store.manifest.parts if part.last_ts >= begin * 1e6 and part.first_ts < end * 1e6
    )
    if not parts:
        return []
    with of_parts(store, parts).connect(1, _MEMORY_GIB) as connection:
        return sent_by(connection, accounts, begin, end)


def _unmoved(
    folder: Folder, store: Store, accounts: frozenset[str], begin: float, end: float
) -> Iterator[Sent]:
    """What only the log has."""
    waiting = [
        segments.path_of(folder.log, number)
        for number in segments.numbers(folder.log)
        if number > store.manifest.segment
    ]
    if sum(path.stat().st_size for path in waiting) > _MOST_BYTES:
        raise StillwatchError(
            "the store is too far behind the log to tell what was sent",
            code="SW-NODE-51",
            where=str(folder.log),
            hint="/readyz says what keeps the worker from moving it; the test goes on once it has",
        )
    wanted = pa.array(sorted(accounts), pa.string())
    for path in waiting:
        for record in segments.records(path):
            yield from _rows(record.rows, wanted, begin, end)


def _rows(rows: pa.Table, wanted: Any, begin: float, end: float) -> Iterator[Sent]:
    """The rows of these accounts in that time."""
    names = rows["account_id"].cast(pa.string())
    mine = rows.select(["ts", "clauses"]).append_column("account", names).filter(pc.is_in(names, wanted))
    for ts, clauses, account in zip(
        mine["ts"].cast(pa.int64()).to_pylist(),
        mine["clauses"].to_pylist(),
        mine["account"].to_pylist(),
        strict=True,
    ):
        if begin <= ts / 1e6 < end:
            yield Sent(ts / 1e6, account, frozenset(clauses or ()))
