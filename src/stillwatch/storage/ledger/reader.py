"""Looking into a ledger: its entries, its signed heads, and proofs about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, func, select

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger import proofs
from stillwatch.storage.ledger.entry import Logged, read_leaf
from stillwatch.storage.ledger.head import SignedHead
from stillwatch.storage.ledger.subtrees import Subtrees
from stillwatch.storage.ledger.tables import ledger_tables

if TYPE_CHECKING:
    from stillwatch.storage.sql.database import SqlDatabase

_PAGE: Final = 2_000


class LedgerReader:
    """A ledger that is only looked at.

    Args:
        database: where its tables are.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self.database = database
        self._tables = ledger_tables(database.family.metadata)

    def size(self) -> int:
        """Entries there are."""
        with self.database.read() as connection:
            return self._size(connection)

    def head(self) -> SignedHead:
        """The last signed head.

        Raises:
            StillwatchError: SW-LED-07, none was ever signed.
        """
        return self.heads()[-1]

    def heads(self, connection: Connection | None = None) -> tuple[SignedHead, ...]:
        """The last signed head of each hour and key, oldest first; never empty.

        Args:
            connection: of a transaction that is open already.

        Raises:
            StillwatchError: SW-LED-07, none was ever signed.
        """
        if connection is None:
            with self.database.read() as reading:
                return self.heads(reading)
        table = self._tables.heads
        log_id = connection.scalar(select(self._tables.state.c.log_id))
        rows = connection.execute(select(table).order_by(table.c.size, table.c.ts)).all()
        if not rows:
            raise StillwatchError(
                "no head of this ledger was ever signed",
                code="SW-LED-07",
                where=self.database.where,
                hint="sign one: stillwatch ledger head --sign",
                exit_code=ExitCode.UNREADABLE,
            )
        return tuple(
            SignedHead(str(log_id), row.size, bytes(row.root), row.ts, row.key_id, bytes(row.signature))
            for row in rows
        )

    def current_key(self) -> str:
        """The public key that signs now, 64 hexadecimal digits; empty before the first."""
        with self.database.read() as connection:
            return str(connection.scalar(select(self._tables.state.c.public_key)) or "")

    def last_ts(self, connection: Connection) -> str:
        """Time of the last entry or head, within a transaction; empty before the first. It never falls."""
        return str(connection.scalar(select(self._tables.state.c.ts)) or "")

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Logged]:
        """Entries from an index up to, and without, another; as of one moment."""
        with self.database.read() as connection:
            for index, leaf in self.leaves(connection, start, stop):
                yield read_leaf(index, leaf)

    def about(self, subject: str) -> tuple[Logged, ...]:
        """Every entry about a subject, oldest first."""
        table = self._tables.entries
        query = select(table.c.idx, table.c.leaf).where(table.c.subject == subject).order_by(table.c.idx)
        with self.database.read() as connection:
            return tuple(read_leaf(index, _bytes(leaf)) for index, leaf in connection.execute(query))

    def latest_about(self, subject: str, most: int, skip: int = 0) -> tuple[int, tuple[Logged, ...]]:
        """How many entries are about a subject, and so many of them, newest first."""
        table = self._tables.entries
        query = select(table.c.idx, table.c.leaf).where(table.c.subject == subject)
        query = query.order_by(table.c.idx.desc()).limit(most).offset(skip)
        count = select(func.count()).select_from(table).where(table.c.subject == subject)
        with self.database.read() as connection:
            found = tuple(read_leaf(index, _bytes(leaf)) for index, leaf in connection.execute(query))
            return int(connection.scalar(count) or 0), found

    def leaves(
        self, connection: Connection, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Indexes and leaves within a reading transaction, a page of rows at a time."""
        table = self._tables.entries
        while stop is None or start < stop:
            last = start + _PAGE if stop is None else min(start + _PAGE, stop)
            query = select(table.c.idx, table.c.leaf).where(table.c.idx >= start, table.c.idx < last)
            rows = connection.execute(query.order_by(table.c.idx)).all()
            yield from ((int(index), _bytes(leaf)) for index, leaf in rows)
            if stop is None and not rows:
                return
            start = last

    def inclusion(
        self, index: int, size: int | None = None, connection: Connection | None = None
    ) -> tuple[bytes, ...]:
        """The proof that an entry stands in the ledger of that size (RFC 9162, section 2.1.3); now unless given.

        Raises:
            StillwatchError: SW-LED-06, there is no such entry at that size.
        """
        return self._proof(proofs.inclusion_proof, index, size, connection)

    def consistency(
        self, old: int, new: int | None = None, connection: Connection | None = None
    ) -> tuple[bytes, ...]:
        """The proof that the ledger of one size grew out of that of another (RFC 9162, section 2.1.4).

        Raises:
            StillwatchError: SW-LED-06, there are no such sizes.
        """
        return self._proof(proofs.consistency_proof, old, new, connection)

    def _proof(
        self,
        make: Callable[..., tuple[bytes, ...]],
        first: int,
        second: int | None,
        connection: Connection | None,
    ) -> tuple[bytes, ...]:
        if connection is None:
            with self.database.read() as reading:
                return self._proof(make, first, second, reading)
        size = self._size(connection)
        upto = size if second is None else second
        try:
            if upto > size:
                raise ValueError
            return make(first, upto, Subtrees(connection, self._tables))
        except ValueError:
            raise StillwatchError(
                f"the ledger has {size:,} entries; {first:,} of {upto:,} cannot be proven",
                code="SW-LED-06",
                where=self.database.where,
            ) from None

    def _size(self, connection: Connection) -> int:
        return int(connection.scalar(select(self._tables.state.c.size)) or 0)


def _bytes(leaf: bytes | str) -> bytes:
    """A leaf's bytes; whoever changes rows by hand may leave text, and that has to be looked at, too."""
    return leaf.encode() if isinstance(leaf, str) else bytes(leaf)
