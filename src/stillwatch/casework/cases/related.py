"""Cases that share evidence with one: accounts, rare addresses and payments, and what kind of campaign it is.

An account in two cases, or one rare value in two, ties them strongly. That the same detectors speak is no tie by
itself, for most campaigns look alike to most detectors; it only orders what is tied already.
"""

from __future__ import annotations

import collections
from typing import Any, Final

from sqlalchemy import Connection, func, select

from stillwatch.casework.cases.rows import case_id_of, number_of
from stillwatch.casework.tables import cases as tables
from stillwatch.core.case import CaseState, RelatedCase

_ACCOUNT: Final = 3.0
_PIVOT: Final = 2.0
_KIN: Final = 1.0
_WORDS: Final = {"address": ("rare address", "rare addresses"), "payment": ("means of payment",) * 2}


def related(connection: Connection, case_id: str, most: int) -> tuple[RelatedCase, ...]:
    """Other cases that share evidence with a case, the closest first."""
    number = number_of(connection, case_id)
    shared: dict[int, list[str]] = collections.defaultdict(list)
    weight: dict[int, float] = collections.defaultdict(float)
    for other, count in _sharing_accounts(connection, number):
        shared[other].append(f"{count:,} account{'' if count == 1 else 's'} in both")
        weight[other] += _ACCOUNT * count
    for other, kind, count in _sharing_marks(connection, number):
        shared[other].append(f"{count:,} {_WORDS.get(kind, (kind, kind))[count != 1]} in both")
        weight[other] += _PIVOT * count
    for other, words in _kin(connection, number):
        shared[other].append(words)
        weight[other] += _KIN
    for other, count in _sharing_detectors(connection, number, list(shared)):
        shared[other].append(f"{count:,} detector{'' if count == 1 else 's'} speak strongly in both")
        weight[other] += count / 100
    closest = sorted(shared, key=lambda n: (-weight[n], n))[:most]
    return tuple(RelatedCase(case_id_of(n), round(weight[n], 2), tuple(shared[n])) for n in closest)


def _sharing_accounts(connection: Connection, number: int) -> list[Any]:
    """Case and number of accounts that are or were in both."""
    mine, theirs = tables.accounts.alias(), tables.accounts.alias()
    query = (
        select(theirs.c.number, func.count())
        .join(mine, mine.c.account_id == theirs.c.account_id)
        .where(mine.c.number == number, theirs.c.number != number)
        .group_by(theirs.c.number)
    )
    return [tuple(row) for row in connection.execute(query)]


def _sharing_marks(connection: Connection, number: int) -> list[Any]:
    """Case, kind and number of rare values in both."""
    mine, theirs = tables.marks.alias(), tables.marks.alias()
    query = (
        select(theirs.c.number, theirs.c.kind, func.count())
        .join(mine, (mine.c.kind == theirs.c.kind) & (mine.c.value == theirs.c.value))
        .where(mine.c.number == number, theirs.c.number != number, mine.c.kind != "detector")
        .group_by(theirs.c.number, theirs.c.kind)
    )
    return [tuple(row) for row in connection.execute(query)]


def _sharing_detectors(connection: Connection, number: int, others: list[int]) -> list[Any]:
    mine, theirs = tables.marks.alias(), tables.marks.alias()
    query = (
        select(theirs.c.number, func.count())
        .join(mine, (mine.c.kind == theirs.c.kind) & (mine.c.value == theirs.c.value))
        .where(mine.c.number == number, mine.c.kind == "detector", theirs.c.number.in_(others))
        .group_by(theirs.c.number)
    )
    return [tuple(row) for row in connection.execute(query)] if others else []


def _kin(connection: Connection, number: int) -> list[tuple[int, str]]:
    """Cases that it was split from, that were split from it, or that it took in."""
    table = tables.cases
    columns = select(table.c.number, table.c.split_from, table.c.merged_into, table.c.state)
    row = connection.execute(columns.where(table.c.number == number)).one()
    found: list[tuple[int, str]] = []
    if row.split_from is not None:
        found.append((row.split_from, "it was split from that one"))
    if row.state == CaseState.MERGED:
        found.append((row.merged_into, "it was merged into that one"))
    near = columns.where((table.c.split_from == number) | (table.c.merged_into == number))
    for other in connection.execute(near):
        words = "merged into this one" if other.merged_into == number else "split from this one"
        found.append((other.number, words))
    return found
