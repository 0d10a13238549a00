"""The accounts of cases: which cases hold them, who joined, who left."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from stillwatch.casework.cases.bulk import any_of, execute_many
from stillwatch.casework.cases.matching import Standing
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseState

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import CampaignRecord

_TABLE: Final = tables.accounts
_SAID: Final = ("verdict", "exchanges", "campaign_exchanges", "first_alarm_ts", "present")
"""What detection says about an account of a case."""
_COLUMNS: Final = ("number", "account_id", *_SAID)
Said = tuple[Any, ...]
_ADD: Final = insert(_TABLE)
_CHANGE: Final = (
    update(_TABLE)
    .where(_TABLE.c.number == bindparam("new_number"), _TABLE.c.account_id == bindparam("new_account_id"))
    .values({name: bindparam(f"new_{name}") for name in _SAID})
)


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
    shared: dict[tuple[int, int], int] = collections.defaultdict(int)
    query = select(_TABLE.c.account_id, _TABLE.c.number).where(
        any_of(connection, _TABLE.c.account_id, list(belongs)), _TABLE.c.present
    )
    for account_id, number in connection.execute(query):
        for place in belongs[account_id]:
            shared[place, number] += 1
    return dict(shared), _standings(connection, {number for _, number in shared})


def write(
    connection: Connection, number: int, campaign: CampaignRecord, known: Mapping[str, Said] | None = None
) -> Movement:
    """Make the accounts of a campaign those of a case; who is no longer among them stays listed as gone.

    Args:
        connection: of a writing transaction.
        number: of the case.
        campaign: as it was concluded.
        known: what is said of the case's accounts; looked up unless given.
    """
    before = said_of(connection, number) if known is None else known
    fresh, changed, joined, here = [], [], [], set()
    for each in campaign.accounts:
        name = each.account_id
        here.add(name)
        said = each.verdict.value, each.exchanges, each.campaign_exchanges, each.first_alarm_ts, True
        was = before.get(name)
        if was is None:
            fresh.append((number, name, *said, False))
        elif was != said:
            changed.append((number, name, *said))
        if was is None or not was[-1]:
            joined.append(name)
    gone = [name for name, said in before.items() if said[-1] and name not in here]
    _add(connection, fresh)
    _change(connection, changed)
    leave(connection, number, gone)
    return Movement(tuple(joined), len(gone))


def said_of(connection: Connection, number: int) -> dict[str, Said]:
    """What is said of each account of a case, as in `_SAID`."""
    columns = [_TABLE.c[name] for name in ("account_id", *_SAID)]
    rows = connection.execute(select(*columns).where(_TABLE.c.number == number))
    return {row[0]: tuple(row[1:]) for row in rows}


def leave(connection: Connection, number: int, accounts: Sequence[str]) -> None:
    """Note that accounts no longer belong to a case."""
    if accounts:
        mine = _TABLE.c.number == number
        connection.execute(
            update(_TABLE)
            .where(mine, any_of(connection, _TABLE.c.account_id, accounts))
            .values(present=False)
        )


def move(connection: Connection, source: int, target: int) -> None:
    """Put the accounts of one case into another; in the source they are no longer present."""
    there = said_of(connection, target)
    moving = {name: said for name, said in said_of(connection, source).items() if said[-1]}
    _add(connection, [(target, name, *said, False) for name, said in moving.items() if name not in there])
    back = [name for name in moving if name in there and not there[name][-1]]
    _change(connection, [(target, name, *moving[name]) for name in back])
    leave(connection, source, list(moving))


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


def _add(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """New rows, as in `_COLUMNS` and whether a decision was about them."""
    execute_many(connection, _ADD, (*_COLUMNS, "covered"), rows)


def _change(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write what is said in rows that are there already, as in `_COLUMNS`."""
    execute_many(connection, _CHANGE, [f"new_{name}" for name in _COLUMNS], rows)


def _standings(connection: Connection, numbers: Iterable[int]) -> dict[int, Standing]:
    table = tables.cases
    query = select(table.c.number, table.c.state, table.c.accounts)
    found: dict[int, Standing] = {}
    for some in _batches(sorted(numbers)):
        for number, state, accounts in connection.execute(query.where(table.c.number.in_(some))):
            found[number] = Standing(number, CaseState(state), accounts)
    return found


def _batches(numbers: Sequence[int], size: int = 1000) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), size):
        yield numbers[begin : begin + size]
