"""The ledger of decisions: an entry for every change, each carrying the digest of the one before."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.storage.database import Database

_START: Final = "0" * 64


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One change to what is decided.

    Attributes:
        number: grows by one.
        kind: ``add``, ``lift``, ``expire``, ``order``, ``propose``, ``approve``, ``refuse``, ``ask``, ``resolve`` …
        about: id of the decision, proposal or challenge.
        details: what else belongs to it, as JSON.
        digest: BLAKE3 of the entry and of ``previous``.
    """

    number: int
    ts: str
    kind: str
    about: str
    by: str
    reason: str
    details: str
    previous: str
    digest: str


def note(
    connection: sqlite3.Connection,
    ts: str,
    kind: str,
    about: str,
    by: str,
    reason: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Write an entry; part of the caller's transaction."""
    last = connection.execute("SELECT digest FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    previous = last["digest"] if last else _START
    content = (ts, kind, about, by, reason, msgspec.json.encode(details or {}).decode(), previous)
    connection.execute(
        "INSERT INTO entries (ts, kind, about, by, reason, details, previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*content, _digest(content)),
    )


def entries(database: Database, about: str | None = None) -> Iterator[Entry]:
    """Entries in the order in which they were written, all or those about one thing."""
    where, values = ("", ()) if about is None else (" WHERE about = ?", (about,))
    for row in database.rows(f"SELECT * FROM entries{where} ORDER BY number", values):
        yield Entry(**dict(row))


def verify(database: Database) -> int:
    """Check that no entry was changed or taken out; returns how many there are.

    Raises:
        StillwatchError: one was.
    """
    previous, count = _START, 0
    for entry in entries(database):
        content = (entry.ts, entry.kind, entry.about, entry.by, entry.reason, entry.details, previous)
        if entry.previous != previous or entry.digest != _digest(content):
            raise StillwatchError(
                f"entry {entry.number:,} of the ledger was changed, or one before it taken out",
                code="SW-DEC-15",
                where=str(database.path),
                hint="compare with a backup; what follows this entry cannot be relied on",
                exit_code=ExitCode.UNREADABLE,
            )
        previous, count = entry.digest, count + 1
    return count


def _digest(content: tuple[str, ...]) -> str:
    return blake3(msgspec.json.encode(content)).hexdigest()
