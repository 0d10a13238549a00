"""The accounts of cases: which cases hold them, who joined, who left."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from stillwatch.casework.cases.matching import Standing
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseState

if TYPE_CHECKING:
    from stillwatch.detection.recorded import CampaignRecord

_CHUNK: Final = 10_000
_TABLE: Final = tables.accounts


@dataclasses.dataclass(frozen=True, slots=True)
class Movement:
    """How the accounts of a case changed: who joined, and how many left."""

    joined: tuple[str, ...]
    left: int


def common_accounts(
    connection: Connection, campaigns: Sequence[CampaignRecord]
) -> tuple[dict[tuple[int, int], int], dict[int, Standing]]:
    """By campaign (its place) and case, how many present accounts they share; and those cases."""
    belongs: dict[str, list[int]] = collections.defaultdict(list)
    for place, campaign in enumerate(campaigns):
        for account in campaign.accounts:
            belongs[account.account_id].append(place)
    shared: collections.Counter[tuple[int, int]] = collections.Counter()
    for chunk in _chunks(list(belongs)):
        query = select(_TABLE.c.account_id, _TABLE.c.number).where(
            _TABLE.c.account_id.in_(chunk), _TABLE.c.present
        )
        for account_id, number in connection.execute(query):
            shared.update((place, number) for place in belongs[account_id])
    return dict(shared), _standings(connection, {number for _, number in shared})


def write(
    connection: Connection, number: int, campaign: CampaignRecord, known: Mapping[str, Any] | None = None
) -> Movement:
    """Make the accounts of a campaign those of a case; who is no longer among them stays listed as gone.

    Args:
        connection: of a writing transaction.
        number: of the case.
        campaign: as it was concluded.
        known: rows of the case by account; looked up unless given.
    """
    before = rows_of(connection, number) if known is None else known
    fresh, changed, joined = [], [], []
    for each in campaign.accounts:
        row = before.get(each.account_id)
        values = {
            "number": number,
            "account_id": each.account_id,
            "verdict": each.verdict.value,
            "exchanges": each.exchanges,
            "campaign_exchanges": each.campaign_exchanges,
            "first_alarm_ts": each.first_alarm_ts,
            "present": True,
        }
        if row is None:
            fresh.append(values | {"covered": False})
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed.append(values)
        if row is None or not row.present:
            joined.append(each.account_id)
    here = {each.account_id for each in campaign.accounts}
    gone = [name for name, row in before.items() if row.present and name not in here]
    if fresh:
        connection.execute(insert(_TABLE), fresh)
    _update(connection, changed)
    leave(connection, number, gone)
    return Movement(tuple(joined), len(gone))


def rows_of(connection: Connection, number: int) -> dict[str, Any]:
    """The rows of a case by account."""
    rows = connection.execute(select(_TABLE).where(_TABLE.c.number == number))
    return {row.account_id: row for row in rows}


def leave(connection: Connection, number: int, accounts: Sequence[str]) -> None:
    """Note that accounts no longer belong to a case."""
    for chunk in _chunks(accounts):
        connection.execute(
            update(_TABLE)
            .where(_TABLE.c.number == number, _TABLE.c.account_id.in_(chunk))
            .values(present=False)
        )


def move(connection: Connection, source: int, target: int) -> None:
    """Put the accounts of one case into another; in the source they are no longer present."""
    there = rows_of(connection, target)
    rows = [row for row in rows_of(connection, source).values() if row.present]
    fresh = [row._asdict() | {"number": target} for row in rows if row.account_id not in there]
    back = [
        row._asdict() | {"number": target}
        for row in rows
        if row.account_id in there and not there[row.account_id].present
    ]
    if fresh:
        connection.execute(insert(_TABLE), fresh)
    _update(connection, back)
    leave(connection, source, [row.account_id for row in rows])


def present(connection: Connection, number: int) -> int:
    """How many accounts belong to a case now."""
    query = select(func.count()).where(_TABLE.c.number == number, _TABLE.c.present)
    return int(connection.scalar(query) or 0)


def uncovered(connection: Connection, number: int) -> tuple[int, int]:
    """Accounts that joined since the last decision, and those that it was about."""
    query = (
        select(_TABLE.c.covered, func.count())
        .where(_TABLE.c.number == number, _TABLE.c.present | _TABLE.c.covered)
        .group_by(_TABLE.c.covered)
    )
    found = {bool(covered): int(count) for covered, count in connection.execute(query)}
    return found.get(False, 0), found.get(True, 0)


def cover(connection: Connection, number: int) -> None:
    """Note that a decision was about everybody who belongs to the case now."""
    connection.execute(update(_TABLE).where(_TABLE.c.number == number).values(covered=_TABLE.c.present))


def _update(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that are there already, one statement for all."""
    if rows:
        columns = ("verdict", "exchanges", "campaign_exchanges", "first_alarm_ts", "present")
        statement = (
            update(_TABLE)
            .where(_TABLE.c.number == _bound("number"), _TABLE.c.account_id == _bound("account_id"))
            .values({name: _bound(name) for name in columns})
        )
        wanted = ("number", "account_id", *columns)
        connection.execute(statement, [{f"new_{name}": row[name] for name in wanted} for row in rows])


def _bound(name: str) -> Any:
    return bindparam(f"new_{name}")


def _standings(connection: Connection, numbers: Iterable[int]) -> dict[int, Standing]:
    found: dict[int, Standing] = {}
    table = tables.cases
    for chunk in _chunks(sorted(numbers)):
        query = select(table.c.number, table.c.state, table.c.accounts).where(table.c.number.in_(chunk))
        for number, state, accounts in connection.execute(query):
            found[number] = Standing(number, CaseState(state), accounts)
    return found


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(values), _CHUNK):
        yield values[begin : begin + _CHUNK]
