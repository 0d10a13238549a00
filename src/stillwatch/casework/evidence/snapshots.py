"""Snapshots of evidence in the database: content under its own digest, and which case rested on which.

A snapshot is two contents: the campaign as it was concluded (a few kilobytes, of one case) and the site it was judged
in (all candidates by number, shared by every case of a run). A case that changes with every look would pile them up;
so the last snapshot gives way to the next unless it is to be kept: at the opening, whenever the verdict changes or
the accounts have grown by a tenth, and whatever a person decided upon.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import zstandard
from sqlalchemy import Connection, delete, insert, select, update

from stillwatch.casework.tables import evidence as tables
from stillwatch.detection.replay import recorded
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import CampaignRecord

_GROWTH: Final = 1.1
_LARGEST: Final = 2**31


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """What a case rested on at one time.

    Attributes:
        digest: of the campaign's record; ``site`` of the record of the site, empty where none was taken.
        site: see ``digest``.
        version: of the case then.
        kept: whether it stays when a newer one comes.
    """

    digest: str
    site: str
    taken_ts: str
    version: int
    accounts: int
    kept: bool


def take(
    connection: Connection,
    number: int,
    campaign: CampaignRecord,
    site: bytes,
    *,
    ts: str,
    version: int,
    keep: bool,
    first: bool = False,
) -> Snapshot:
    """Keep what a case rests on now, within a writing transaction.

    Args:
        connection: of the transaction.
        number: of the case.
        campaign: as it was concluded.
        site: bytes of the site's record; empty where there is none.
        ts: now.
        version: of the case from now on.
        keep: whether it is to stay; it also does if the accounts have grown enough.
        first: whether the case is new, so that there is none before.
    """
    before = () if first else of_case(connection, number)
    content = recorded.encoded(campaign)
    size = len(campaign.accounts)
    grown = size >= _GROWTH * max((s.accounts for s in before if s.kept), default=0)
    taken = Snapshot(
        recorded.address(content), campaign.site if site else "", ts, version, size, keep or grown
    )
    _put(connection, taken.digest, content)
    if site:
        _put(connection, taken.site, site)
    if any(each.digest == taken.digest for each in before):
        if taken.kept:
            hold(connection, number, taken.digest)
        return taken
    row = {"number": number} | dataclasses.asdict(taken)
    connection.execute(insert(tables.snapshots), row)
    for each in before:
        if not each.kept:
            _drop(connection, number, each)
    return taken


def hold(connection: Connection, number: int, digest: str) -> None:
    """Keep a snapshot for good, because somebody decided upon it."""
    table = tables.snapshots
    connection.execute(
        update(table).where(table.c.number == number, table.c.digest == digest).values(kept=True)
    )


def of_case(connection: Connection, number: int) -> tuple[Snapshot, ...]:
    """The snapshots of a case, oldest first."""
    table = tables.snapshots
    query = select(table).where(table.c.number == number).order_by(table.c.version, table.c.taken_ts)
    return tuple(
        Snapshot(row.digest, row.site, row.taken_ts, row.version, row.accounts, row.kept)
        for row in connection.execute(query)
    )


def content_of(connection: Connection, digest: str) -> bytes:
    """The content of a digest, checked against it.

    Raises:
        StillwatchError: SW-EVID-01, it is not there; SW-EVID-02, it is not what it was.
    """
    query = select(tables.contents.c.content).where(tables.contents.c.digest == digest)
    packed = connection.scalar(query)
    if packed is None:
        raise StillwatchError(
            "this evidence is not in the database",
            code="SW-EVID-01",
            where=digest[:16],
            hint="it may stand in a backup: stillwatch restore",
            exit_code=ExitCode.UNREADABLE,
        )
    try:
        content = zstandard.ZstdDecompressor().decompress(bytes(packed), max_output_size=_LARGEST)
    except zstandard.ZstdError:
        content = b""
    if recorded.address(content) != digest:
        raise StillwatchError(
            "this evidence was changed after it was taken",
            code="SW-EVID-02",
            where=digest[:16],
            hint="compare it with a backup; the ledger has the digest that is right",
            exit_code=ExitCode.UNREADABLE,
        )
    return content


def _put(connection: Connection, digest: str, content: bytes) -> None:
    table = tables.contents
    if connection.scalar(select(table.c.size).where(table.c.digest == digest)) is None:
        packed = zstandard.ZstdCompressor(level=3).compress(content)
        row: dict[str, Any] = {"digest": digest, "size": len(content), "content": packed}
        connection.execute(insert(table), row)


def _drop(connection: Connection, number: int, snapshot: Snapshot) -> None:
    """Let go of a snapshot, and of contents that nobody rests on any more."""
    table = tables.snapshots
    connection.execute(delete(table).where(table.c.number == number, table.c.digest == snapshot.digest))
    for column, digest in ((table.c.digest, snapshot.digest), (table.c.site, snapshot.site)):
        if digest and connection.scalar(select(table.c.number).where(column == digest).limit(1)) is None:
            connection.execute(delete(tables.contents).where(tables.contents.c.digest == digest))
