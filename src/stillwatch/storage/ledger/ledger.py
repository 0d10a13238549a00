"""The ledger in a database: entries are appended within the transaction of the act that they record.

The index is given within that transaction, so several processes may write. What an append costs grows with the
logarithm of what is there: the tree's right edge lies in one row, and complete subtrees are kept as they arise.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger.entry import Entry, canonical_time, leaf_of, unfit
from stillwatch.storage.ledger.head import SignedHead, key_id
from stillwatch.storage.ledger.keys import KEY, OPENED, RESERVED, first_key, handed_over, opened
from stillwatch.storage.ledger.reader import LedgerReader
from stillwatch.storage.ledger.tree import Edge, leaf_hash

if TYPE_CHECKING:
    from stillwatch.storage.ledger.signer import Signer
    from stillwatch.storage.ledger.verified import Verified
    from stillwatch.storage.sql.database import SqlDatabase

_LOCK: Final = 0x5357_4C45
"""PostgreSQL's number for "somebody appends"."""


class Ledger(LedgerReader):
    """A ledger that grows.

    Its first entry, ``ledger-opened``, is its own, and so is ``ledger-key`` where a key is first used or replaced.

    Args:
        database: where its tables are.
        signer: signs a head with each append; None appends unsigned entries, which the next signed head covers.
        now: the clock, for heads and for the ledger's own entries.
    """

    def __init__(
        self, database: SqlDatabase, signer: Signer | None = None, *, now: clock.Clock = clock.now
    ) -> None:
        super().__init__(database)
        self.signer = signer
        self._now = now

    def append(self, connection: Connection, entries: Iterable[Entry]) -> range:
        """Append entries within a transaction of the caller; call it last there, since others wait for it.

        Args:
            connection: from ``database.write()``.
            entries: what is to be recorded; kinds that begin with ``ledger-`` are the ledger's own.

        Returns:
            Their indexes.

        Raises:
            StillwatchError: an entry has no canonical form, or the signer's key is not the ledger's.
        """
        ready = list(entries)
        if not ready:
            return range(0)
        if any(entry.kind.startswith(RESERVED) for entry in ready):
            raise unfit(f"kinds that begin with {RESERVED} are its own")
        state = self._locked(connection, ready[0].ts)
        return self._extend(connection, state, ready, state.public_key, self.signer)

    def sign(self) -> SignedHead:
        """Sign a head with the present time, whether or not anything was appended since the last.

        Raises:
            StillwatchError: there is no key, or it is not the ledger's.
        """
        signer = self._signer()
        with self.database.write() as connection:
            state = self._locked(connection)
            ts = max(canonical_time(self._now().isoformat()), state.ts)
            connection.execute(update(self._tables.state).values(ts=ts))
            return self._signed(connection, signer, state.log_id, Edge.unpacked(state.size, state.edge), ts)

    def rotate(self, by: str) -> str:
        """Replace the key by a new one; the old one vouches for it in an entry, and the new one signs that head.

        Returns:
            The new public key.

        Raises:
            StillwatchError: there is no key, or it is not the ledger's.
        """
        signer = self._signer()
        with self.database.write() as connection:
            state = self._locked(connection)
            following = signer.prepare_next()
            details = handed_over(state.log_id, signer, following)
            self._own(connection, state, Entry(KEY, "ledger", by, self._stamp(), details), following)
        signer.settle(following.public_key)
        return following.public_key

    def export(self, folder: Path) -> SignedHead:
        """Write all an outsider needs to check the ledger; see ``storage.ledger.export``.

        Raises:
            StillwatchError: there is no signed head, or the folder is not empty or cannot be written.
        """
        from stillwatch.storage.ledger.export import write_export

        return write_export(self, folder)

    @staticmethod
    def verify_export(folder: Path, public_key: str, known: SignedHead | None = None) -> Verified:
        """Check an export with nothing but the public key; see ``storage.ledger.verify``.

        Raises:
            StillwatchError: it does not hold together; says where.
        """
        from stillwatch.storage.ledger.verify import verify_export

        return verify_export(folder, public_key, known)

    def _locked(self, connection: Connection, ts: str | None = None) -> Any:
        """The ledger's one row, while nobody else appends; the ledger begins here, at that time, where there is none.

        Raises:
            StillwatchError: SW-LED-08, the signer's key is not the ledger's.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        state = connection.execute(select(self._tables.state)).first() or self._begin(connection, ts)
        if self.signer is not None and not state.public_key:
            since = Entry(KEY, "ledger", "ledger", ts or self._stamp(), first_key(self.signer))
            state = self._own(connection, state, since, self.signer)
        if self.signer is not None and not self.signer.settle(state.public_key):
            raise StillwatchError(
                f"the ledger is signed with key {key_id(bytes.fromhex(state.public_key))}, not with this one",
                code="SW-LED-08",
                where=str(self.signer.path),
                hint="name the ledger's own key with --ledger-key; a ledger that was swapped looks like this, too",
            )
        return state

    def _begin(self, connection: Connection, ts: str | None) -> Any:
        log_id = secrets.token_hex(16)
        row = {"one": 1, "log_id": log_id, "size": 0, "edge": b"", "ts": "", "public_key": ""}
        connection.execute(insert(self._tables.state), row)
        state = connection.execute(select(self._tables.state)).one()
        first = Entry(OPENED, "ledger", "ledger", ts or self._stamp(), opened(log_id))
        return self._own(connection, state, first, None)

    def _own(self, connection: Connection, state: Any, entry: Entry, signer: Signer | None) -> Any:
        """Append an entry about the ledger itself; the signer, if any, signs from here on. Returns the row after it."""
        public_key = state.public_key if signer is None else signer.public_key
        self._extend(connection, state, [entry], public_key, signer)
        return connection.execute(select(self._tables.state)).one()

    def _extend(
        self, connection: Connection, state: Any, entries: list[Entry], public_key: str, signer: Signer | None
    ) -> range:
        tables, edge, ts = self._tables, Edge.unpacked(state.size, state.edge), str(state.ts)
        rows = []
        for entry in entries:
            leaf, ts = leaf_of(entry, ts)
            rows.append((edge.size, entry.subject, leaf))
            edge.add(leaf_hash(leaf))
        _insert(connection, tables.entries, rows)
        _insert(connection, tables.nodes, edge.made)
        values = {"size": edge.size, "edge": edge.packed(), "ts": ts, "public_key": public_key}
        connection.execute(update(tables.state).values(values))
        if signer is not None:
            self._signed(connection, signer, state.log_id, edge, ts)
        return range(state.size, edge.size)

    def _signed(self, connection: Connection, signer: Signer, log_id: str, edge: Edge, ts: str) -> SignedHead:
        """Sign a head and keep it; of each hour and key the last one stays."""
        head = signer.sign(log_id, edge.size, edge.root(), ts)
        table = self._tables.heads
        values = {"size": head.size, "root": head.root, "ts": head.ts, "signature": head.signature}
        same = update(table).where(table.c.hour == ts[:13], table.c.key_id == head.key_id)
        if not connection.execute(same.values(values)).rowcount:
            connection.execute(insert(table), {"hour": ts[:13], "key_id": head.key_id, **values})
        return head

    def _signer(self) -> Signer:
        if self.signer is None:
            raise StillwatchError(
                "this takes the ledger's key", code="SW-LED-05", hint="name its file with --ledger-key"
            )
        return self.signer

    def _stamp(self) -> str:
        return self._now().isoformat()


def _insert(connection: Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows as they are; turning each into named parameters would cost a quarter of the ledger's speed."""
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        marks = ", ".join(mark for _ in table.columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", list(rows))
