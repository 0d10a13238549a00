"""The ledger in a database: entries are appended within the transaction of the act that they record.

The index is given within that transaction, so several processes may write. What an append costs grows with the logarithm of
what is there: the tree's right edge lies in one row, and complete subtrees are kept as they arise.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import proofs
from stillwatch.storage.ledger.entry import Entry, Logged, canonical_time, leaf_of, read_leaf
from stillwatch.storage.ledger.head import SignedHead, key_id
from stillwatch.storage.ledger.signer import Signer
from stillwatch.storage.ledger.subtrees import Subtrees
from stillwatch.storage.ledger.tables import ledger_tables
from stillwatch.storage.ledger.tree import Edge, leaf_hash

if TYPE_CHECKING:
    from stillwatch.storage.ledger.verify import Verified
    from stillwatch.storage.sql.database import SqlDatabase

OPENED: Final = "ledger-opened"
KEY: Final = "ledger-key"
_LOCK: Final = 0x5357_4C45
"""PostgreSQL's number for "somebody appends"."""
_PAGE: Final = 2_000


class Ledger:
    """A ledger.

    Its first entry, ``ledger-opened``, is its own; what others append follows.

    Args:
        database: where its tables are.
        signer: signs a head with each append; None appends unsigned entries, which the next signed head covers.
        now: the clock, for heads and for the ledger's own entries.
    """

    def __init__(
        self, database: SqlDatabase, signer: Signer | None = None, *, now: clock.Clock = clock.now
    ) -> None:
        self.database = database
        self.signer = signer
        self._now = now
        self._tables = ledger_tables(database.family.metadata)

    def append(self, connection: Connection, entries: Iterable[Entry]) -> range:
        """Append entries within a transaction of the caller; call it last there, since others wait for it.

        Args:
            connection: from ``database.write()``.

        Returns:
            Their indexes.

        Raises:
            StillwatchError: an entry has no canonical form, or the signer's key is not the ledger's.
        """
        ready = list(entries)
        state = self._locked(connection, ready[0].ts if ready else None)
        first = int(state.size)
        edge, ts, rows = Edge.unpacked(first, state.edge), str(state.ts), []
        for entry in ready:
            leaf, ts = leaf_of(entry, ts)
            rows.append({"idx": edge.size, "subject": entry.subject, "leaf": leaf})
            edge.add(leaf_hash(leaf))
        if rows:
            self._keep(connection, state.log_id, rows, edge, ts, state.public_key)
        return range(first, edge.size)

    def head(self) -> SignedHead:
        """The last signed head.

        Raises:
            StillwatchError: none was ever signed.
        """
        with self.database.read() as connection:
            return self._last_head(connection)

    def sign(self) -> SignedHead:
        """Sign a head with the present time, whether or not anything was appended since the last.

        Raises:
            StillwatchError: there is no key, or it is not the ledger's.
        """
        if self.signer is None:
            raise StillwatchError("a head needs a key to sign it", code="SW-LED-05", hint="name it with --ledger-key")
        with self.database.write() as connection:
            state = self._locked(connection)
            ts = max(canonical_time(self._now().isoformat()), state.ts)
            edge = Edge.unpacked(state.size, state.edge)
            head = self._signed(connection, self.signer, state.log_id, edge, ts)
            connection.execute(update(self._tables.state).values(ts=ts))
        return head

    def rotate(self, by: str) -> str:
        """Replace the key by a new one; the old one vouches for it in an entry.

        Returns:
            The new public key.

        Raises:
            StillwatchError: there is no key, or it is not the ledger's.
        """
        if self.signer is None:
            raise StillwatchError("there is no key to replace", code="SW-LED-05", hint="name it with --ledger-key")
        with self.database.write() as connection:
            state = self._locked(connection)
            following = self.signer.prepare_next()
            public_key = following.public_key
            details = {
                "public_key": public_key,
                "before": self.signer.public_key,
                "handover": self.signer.hand_over(state.log_id, public_key),
            }
            self._own(connection, state, KEY, by, details, following)
        self.signer.settle(public_key)
        return public_key

    def size(self) -> int:
        """Entries there are."""
        with self.database.read() as connection:
            return int(connection.scalar(select(self._tables.state.c.size)) or 0)

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Logged]:
        """Entries from an index up to, and without, another; in one reading transaction."""
        with self.database.read() as connection:
            for index, leaf in self.leaves(connection, start, stop):
                yield read_leaf(index, leaf)

    def about(self, subject: str) -> tuple[Logged, ...]:
        """Every entry about a subject, oldest first."""
        table = self._tables.entries
        query = select(table.c.idx, table.c.leaf).where(table.c.subject == subject).order_by(table.c.idx)
        with self.database.read() as connection:
            return tuple(read_leaf(index, bytes(leaf)) for index, leaf in connection.execute(query))

    def leaves(
        self, connection: Connection, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Indexes and leaves, a page of rows at a time."""
        table = self._tables.entries
        while stop is None or start < stop:
            last = start + _PAGE if stop is None else min(start + _PAGE, stop)
            query = select(table.c.idx, table.c.leaf).where(table.c.idx >= start, table.c.idx < last)
            rows = connection.execute(query.order_by(table.c.idx)).all()
            yield from ((int(index), bytes(leaf)) for index, leaf in rows)
            if len(rows) < last - start:
                return
            start = last

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that an entry stands in the ledger of that size (RFC 9162, section 2.1.3); now unless given.

        Raises:
            StillwatchError: there is no such entry at that size.
        """
        with self.database.read() as connection:
            return self._proof(connection, proofs.inclusion_proof, index, size)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the ledger of one size grew out of that of another (RFC 9162, section 2.1.4).

        Raises:
            StillwatchError: there are no such sizes.
        """
        with self.database.read() as connection:
            return self._proof(connection, proofs.consistency_proof, old, new)

    def heads(self) -> tuple[SignedHead, ...]:
        """The last signed head of each hour and key, oldest first."""
        with self.database.read() as connection:
            return self.kept_heads(connection)

    def kept_heads(self, connection: Connection) -> tuple[SignedHead, ...]:
        """The same within a reading transaction."""
        table = self._tables.heads
        log_id = connection.scalar(select(self._tables.state.c.log_id))
        rows = connection.execute(select(table).order_by(table.c.size, table.c.ts))
        return tuple(
            SignedHead(str(log_id), row.size, bytes(row.root), row.ts, row.key_id, bytes(row.signature))
            for row in rows
        )

    def export(self, folder: Path) -> SignedHead:
        """Write all an outsider needs to check the ledger; see ``storage.ledger.export``.

        Raises:
            StillwatchError: there is no signed head, or the folder is not empty or cannot be written.
        """
        from stillwatch.storage.ledger.export import write_export

        return write_export(self, folder)

    @staticmethod
    def verify_export(folder: Path, public_key: str) -> Verified:
        """Check an export with nothing but the public key; see ``storage.ledger.verify``.

        Raises:
            StillwatchError: it does not hold together; says where.
        """
        from stillwatch.storage.ledger.verify import verify_export

        return verify_export(folder, public_key)

    def _proof(
        self, connection: Connection, make: Callable[..., tuple[bytes, ...]], first: int, second: int | None
    ) -> tuple[bytes, ...]:
        size = int(connection.scalar(select(self._tables.state.c.size)) or 0)
        upto = size if second is None else second
        try:
            if upto > size:
                raise ValueError
            return make(first, upto, Subtrees(connection, self._tables))
        except ValueError:
            raise StillwatchError(
                f"the ledger has {size:,} entries; {first:,} and {upto:,} do not go together",
                code="SW-LED-06",
                where=self.database.where,
            ) from None

    def _last_head(self, connection: Connection) -> SignedHead:
        heads = self._tables.heads
        log_id = connection.scalar(select(self._tables.state.c.log_id))
        row = connection.execute(
            select(heads).order_by(heads.c.size.desc(), heads.c.ts.desc()).limit(1)
        ).first()
        if row is None:
            raise StillwatchError(
                "no head of this ledger was ever signed",
                code="SW-LED-07",
                where=self.database.where,
                hint="sign one: stillwatch ledger head --sign",
            )
        return SignedHead(str(log_id), row.size, bytes(row.root), row.ts, row.key_id, bytes(row.signature))

    def _locked(self, connection: Connection, ts: str | None = None) -> Any:
        """The ledger's one row, while nobody else appends; the ledger begins here, at that time, where there is none."""
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        state = connection.execute(select(self._tables.state)).first()
        if state is None:
            self._begin(connection, ts)
            state = connection.execute(select(self._tables.state)).one()
        if self.signer is not None and not state.public_key:
            self._own(connection, state, KEY, "stillwatch", _first_key(self.signer), self.signer, state.ts)
            state = connection.execute(select(self._tables.state)).one()
        if self.signer is not None and not self.signer.settle(state.public_key):
            raise StillwatchError(
                f"the ledger is signed with key {key_id(bytes.fromhex(state.public_key))}, not with this one",
                code="SW-LED-08",
                where=str(self.signer.path),
                hint="name the ledger's own key with --ledger-key; a ledger that was swapped looks like this, too",
            )
        return state

    def _begin(self, connection: Connection, ts: str | None) -> None:
        log_id = secrets.token_hex(16)
        row = {"one": 1, "log_id": log_id, "size": 0, "edge": b"", "ts": "", "public_key": ""}
        connection.execute(insert(self._tables.state), row)
        state = connection.execute(select(self._tables.state)).one()
        self._own(connection, state, OPENED, "stillwatch", {"log_id": log_id, "hash": "sha-256"}, None, ts)

    def _own(
        self,
        connection: Connection,
        state: Any,
        kind: str,
        by: str,
        details: dict[str, Any],
        signer: Signer | None,
        ts: str | None = None,
    ) -> None:
        """Append an entry about the ledger itself; the signer, if any, signs from here on."""
        edge = Edge.unpacked(state.size, state.edge)
        entry = Entry(kind, "ledger", by, ts or self._now().isoformat(), details)
        leaf, ts = leaf_of(entry, state.ts)
        rows = [{"idx": edge.size, "subject": "ledger", "leaf": leaf}]
        edge.add(leaf_hash(leaf))
        public_key = state.public_key if signer is None else signer.public_key
        self._keep(connection, state.log_id, rows, edge, ts, public_key, signer)

    def _keep(
        self,
        connection: Connection,
        log_id: str,
        rows: list[dict[str, Any]],
        edge: Edge,
        ts: str,
        public_key: str,
        signer: Signer | None = None,
    ) -> None:
        tables, signer = self._tables, signer or self.signer
        connection.execute(insert(tables.entries), rows)
        if edge.made:
            nodes = [{"level": level, "place": place, "hash": hash_} for level, place, hash_ in edge.made]
            connection.execute(insert(tables.nodes), nodes)
        connection.execute(
            update(tables.state).values(size=edge.size, edge=edge.packed(), ts=ts, public_key=public_key)
        )
        if signer is not None and public_key:
            self._signed(connection, signer, log_id, edge, ts)

    def _signed(self, connection: Connection, signer: Signer, log_id: str, edge: Edge, ts: str) -> SignedHead:
        """Sign a head and keep it; of each hour and key the last one stays."""
        head = signer.sign(log_id, edge.size, edge.root(), ts)
        table = self._tables.heads
        values = {"size": head.size, "root": head.root, "ts": head.ts, "signature": head.signature}
        where = (table.c.hour == ts[:13], table.c.key_id == head.key_id)
        if not connection.execute(update(table).where(*where).values(values)).rowcount:
            connection.execute(insert(table), {"hour": ts[:13], "key_id": head.key_id, **values})
        return head


def _first_key(signer: Signer) -> dict[str, Any]:
    return {"public_key": signer.public_key, "before": "", "handover": ""}
