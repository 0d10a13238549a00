"""What the others of a cluster did in a time slot, read from kept traffic: hashes of clauses, no text."""

from __future__ import annotations

import bisect
import collections
import dataclasses
from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from stillwatch.enforcement.displacement import Outcome

if TYPE_CHECKING:
    import duckdb

    from stillwatch.enforcement.displacement_trial import Cell, Cluster, Settings


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """One request, answered or not.

    Attributes:
        moment: seconds since 1970.
        clauses: keyed hashes of its longest clauses.
    """

    moment: float
    account: str
    clauses: frozenset[int]


def sent_by(
    connection: duckdb.DuckDBPyConnection, accounts: Set[str], begin: float, end: float
) -> list[Sent]:
    """The requests of some accounts in a time, in order.

    Args:
        connection: with the view ``exchanges`` of a store.
        accounts: whose.
        begin: seconds since 1970, included.
        end: excluded.
    """
    rows = connection.execute(
        "SELECT epoch(ts), account_id::VARCHAR, clauses FROM exchanges "
        "WHERE account_id::VARCHAR IN (SELECT unnest($accounts)) AND epoch(ts) >= $begin AND epoch(ts) < $end "
        "ORDER BY ts, record",
        {"accounts": sorted(accounts), "begin": begin, "end": end},
    ).fetchall()
    return [Sent(moment, account, frozenset(clauses or ())) for moment, account, clauses in rows]


class History:
    """The requests of a cluster, to which the latest are added, and who was the first to use which clause."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._sent: list[Sent] = []
        self._first: dict[int, int] = {}

    def add(self, sent: Iterable[Sent]) -> None:
        """Take the latest requests, in order and none twice."""
        for each in sent:
            for clause in each.clauses:
                self._first.setdefault(clause, len(self._sent))
            self._sent.append(each)

    def rates(self, now: float, window: float) -> dict[str, float]:
        """Requests an hour of every account that sent anything within the last seconds."""
        begin = bisect.bisect_left(self._sent, now - window, key=lambda each: each.moment)
        counts = collections.Counter(each.account for each in self._sent[begin:])
        return {account: count * 3600.0 / window for account, count in sorted(counts.items())}

    def outcome(self, cell: Cell, settings: Settings) -> Outcome:
        """What was seen of a cell.

        A request of the panel counts as asked where it was the first in the cluster to use some clause, and as moved
        where another account, of another organisation, uses one of those within reach; as stayed where only the same
        account or its organisation asks just that again. Whether accounts outside the
        panel are the first to use a clause is judged without what the panel asked since the cell began, because
        slowing may have kept it from asking.

        Args:
            cell: who was slowed and who is watched.
            settings: how long a cell and its reach are; requests up to its end must have been added.
        """
        end = cell.begin + settings.cell
        start, stop = (
            bisect.bisect_left(self._sent, moment, key=lambda each: each.moment)
            for moment in (cell.begin, end + settings.reach)
        )
        asked: dict[int, str] = {}
        moved: set[int] = set()
        again: set[int] = set()
        used: set[int] = set()
        load = novel = 0
        for place, each in enumerate(self._sent[start:stop], start):
            firsts = [self._first[clause] for clause in each.clauses]
            earlier = {first for first in firsts if first in asked and first < place}
            apart = {first for first in earlier if self._apart(asked[first], each.account)}
            moved |= apart
            again |= {first for first in earlier - apart if self._sent[first].clauses == each.clauses}
            if each.moment >= end:
                continue
            if each.account in cell.slowed:
                if place in firsts:
                    asked[place] = each.account
                continue
            if each.account in cell.watched:
                load += 1
                novel += sum(self._first[clause] >= start for clause in each.clauses - used)
            used |= each.clauses
        return Outcome(
            dict(collections.Counter(asked.values())),
            dict(collections.Counter(asked[place] for place in moved)),
            load,
            novel,
            dict(collections.Counter(asked[place] for place in again - moved)),
        )

    def _apart(self, one: str, other: str) -> bool:
        """Whether two accounts are not one, and not known to be of one organisation."""
        company = self._cluster.organizations.get(one)
        return one != other and (company is None or company != self._cluster.organizations.get(other))
