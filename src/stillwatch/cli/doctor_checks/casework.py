"""Whether cases can be opened, their ledger is signed and keeps time, and nobody waits too long."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.cli.checkup import Check, Finding, Site, State

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase

_UNSIGNED: Final = 1_000
_AHEAD: Final = datetime.timedelta(minutes=5)


def _look(site: Site) -> Iterator[Finding]:
    from stillwatch.casework.tables import CASEWORK
    from stillwatch.storage.sql import SqlDatabase

    with SqlDatabase(site.cases, CASEWORK) as database:
        if not database.exists():
            yield Finding(State.ABSENT, "there are no cases yet", "stillwatch case open FINDINGS")
            return
        database.check()
        yield from _ledger(database)
        yield from _waiting(database)


def _ledger(database: SqlDatabase) -> Iterator[Finding]:
    from stillwatch.storage.ledger.reader import LedgerReader

    ledger = LedgerReader(database)
    size = ledger.size()
    if size == 0:
        yield Finding(State.FINE, "the ledger is empty")
        return
    with database.read() as connection:
        last = ledger.last_ts(connection)
        signed = max((head.size for head in ledger.heads(connection)), default=0)
    unsigned = size - signed
    if unsigned > _UNSIGNED:
        yield Finding(
            State.ATTENTION,
            f"{unsigned:,} of {size:,} ledger entries are under no signed head",
            "stillwatch ledger head --sign",
        )
    else:
        yield Finding(State.FINE, f"the ledger has {size:,} entries, {signed:,} of them under a signed head")
    if datetime.datetime.fromisoformat(last) - clock.now() > _AHEAD:
        yield Finding(
            State.ATTENTION,
            f"the ledger was last written at {last}, which is in the future",
            "the clock was set back: set it right",
        )


def _waiting(database: SqlDatabase) -> Iterator[Finding]:
    from stillwatch.casework.appeals.reading import AppealReader
    from stillwatch.casework.cases.filters import WAITING, CaseFilter
    from stillwatch.casework.cases.store import CaseStore
    from stillwatch.casework.times import written
    from stillwatch.core.appeal import Standing
    from stillwatch.storage.ledger import Ledger

    cases = CaseStore(database, Ledger(database, None))
    waiting = cases.count(CaseFilter(states=WAITING))
    overdue = cases.count(CaseFilter(states=WAITING, overdue_at=written(clock.now())))
    sentence = f"{waiting:,} cases wait for a decision, {overdue:,} of them overdue"
    yield Finding(
        State.ATTENTION if overdue else State.FINE,
        sentence,
        "stillwatch case list --overdue" if overdue else "",
    )
    standings = AppealReader(database).standings()
    late = standings.get(Standing.OVERDUE, 0) + standings.get(Standing.ESCALATED, 0)
    open_ = sum(count for standing, count in standings.items() if standing is not Standing.DONE)
    sentence = f"{open_:,} appeals wait, {late:,} of them overdue or before counsel"
    yield Finding(State.ATTENTION if late else State.FINE, sentence, "stillwatch appeal list" if late else "")


CHECK: Final = Check("casework", "cases, appeals and the ledger", _look)
