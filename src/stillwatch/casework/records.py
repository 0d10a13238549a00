"""Opening what all of casework stands on: its database, its ledger with the key, people, and approvals."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from stillwatch import clock
from stillwatch.casework.people import Approvals, People
from stillwatch.casework.tables import CASEWORK
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class Records:
    """An open casework database."""

    database: SqlDatabase
    ledger: Ledger
    people: People
    approvals: Approvals

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()


def open_records(
    place: str | Path, ledger_key: Path | None, *, make: bool = True, now: clock.Clock = clock.now
) -> Records:
    """Open a casework database and bring its tables up to date.

    Args:
        place: a path or a URL.
        ledger_key: the file with the key that signs the ledger's heads, made on first use; None signs nothing.
        make: whether it may be made where there is none.
        now: the clock.

    Raises:
        StillwatchError: it cannot be used, or there is none and ``make`` is false.
    """
    database = SqlDatabase(place, CASEWORK)
    if make or database.exists():
        database.upgrade()
    else:
        database.check()
    ledger = Ledger(database, None if ledger_key is None else Signer(ledger_key), now=now)
    return Records(database, ledger, People(database, ledger, now=now), Approvals(database, ledger, now=now))
