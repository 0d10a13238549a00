"""Checks everything a hub keeps: its log, what members sent and signed, and that the objects are those of the log.

For the operator and for auditors with a copy of the database; it needs no running hub and changes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.hub.intake.storing import KIND
from stillwatch.hub.judging.limits import MOST_BYTES, canonical, envelope
from stillwatch.hub.judging.published import published
from stillwatch.hub.judging.sent import DIGEST_BYTES
from stillwatch.hub.judging.spelling import respelt
from stillwatch.hub.lookup import named
from stillwatch.hub.reporters import commitment
from stillwatch.hub.tables.members import KEYS, MEMBERS
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB, SUBMISSIONS
from stillwatch.sharing.signing import holds
from stillwatch.storage.ledger.tree import root_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from stillwatch.storage.ledger import Entry, Ledger
    from stillwatch.storage.sql import SqlDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What was checked and holds.

    Attributes:
        entries: of the log.
        signed: submissions whose signature holds.
        unsigned: submissions that were proven otherwise, by certificate or by agreement.
        unkept: submissions whose bytes were not kept, because the gate refused a part of them.
    """

    entries: int
    submissions: int
    signed: int
    unsigned: int
    unkept: int
    objects: int


def verify(database: SqlDatabase, ledger: Ledger, public_key: str) -> Checked:
    """Check a hub's database.

    Args:
        database: the hub's.
        ledger: its log.
        public_key: that signs the log's heads, in hex or as a file.

    Raises:
        StillwatchError: something does not hold; it says which submission.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "log"
        ledger.export(folder)
        ledger.verify_export(folder, public_key)
    check = _Check(ledger)
    with database.read() as connection:
        check.begin(connection)
        for row in connection.execute(sa.select(SUBMISSIONS).order_by(SUBMISSIONS.c.number)):
            check.submission(connection, row)
        for row in connection.execute(sa.select(OBJECTS).where(OBJECTS.c.submission == OF_THE_HUB)):
            check.beside(connection, row)
        stray = sa.select(sa.func.count()).select_from(OBJECTS)
        if int(connection.scalar(stray) or 0) != check.objects + check.added:
            raise _broken("there are objects that no submission brought", "the database")
    if check.missing:
        raise _broken("the log has submissions that are not here any more", f"entry {min(check.missing)}")
    return Checked(
        ledger.size(),
        check.signed + check.unsigned,
        check.signed,
        check.unsigned,
        check.unkept,
        check.objects,
    )


class _Check:
    """One pass over the submissions."""

    def __init__(self, ledger: Ledger) -> None:
        self._entries: dict[int, Entry] = {
            each.index: each.entry for each in ledger.entries() if each.entry.kind == KIND
        }
        self.missing = set(self._entries)
        self.signed = self.unsigned = self.unkept = self.objects = self.added = 0
        self._identities: dict[int, str] = {}
        self._keys: dict[str, tuple[int, Ed25519PublicKey]] = {}

    def begin(self, connection: Connection) -> None:
        """Read members and their keys, ended ones too."""
        self._identities = {row.number: row.identity for row in connection.execute(sa.select(MEMBERS))}
        self._keys = {
            row.key_id: (row.member, Ed25519PublicKey.from_public_bytes(bytes(row.public)))
            for row in connection.execute(sa.select(KEYS))
        }

    def submission(self, connection: Connection, row: Row[Any]) -> None:
        """Check one submission with its objects.

        Raises:
            StillwatchError: something about it does not hold.
        """
        where = f"submission {row.id}"
        entry = self._entries.get(row.entry)
        if entry is None or entry.subject != row.id:
            raise _broken("the log has no entry of this submission", where)
        self.missing.discard(row.entry)
        digest = bytes.fromhex(entry.details["content"])
        body = None
        if row.body is not None:
            body = zstandard.ZstdDecompressor().decompress(bytes(row.body), max_output_size=MOST_BYTES)
            if hashlib.sha256(body).digest() != digest:
                raise _broken("what was sent is not what the log says", where)
        if entry.by != commitment(self._identities.get(row.member, ""), bytes(row.salt)):
            raise _broken("the log names another reporter", where)
        self._proof(row, digest, where)
        found = connection.execute(
            sa.select(OBJECTS).where(OBJECTS.c.submission == row.number).order_by(OBJECTS.c.added)
        ).all()
        if root_of(bytes(each.content) for each in found).hex() != entry.details["objects_root"]:
            raise _broken("its objects are not those of the log", where)
        if body is None:
            self.unkept += 1
        else:
            self._sent(found, envelope(body), where)
        self.objects += len(found)

    def beside(self, connection: Connection, row: Row[Any]) -> None:
        """Check an object that the hub put beside others: published, or a copy of what a member sent.

        Raises:
            StillwatchError: it is neither.
        """
        content = bytes(row.content)
        hub = "" if row.id in self._identities.values() else row.id
        expected = published(row.id, hub)
        if expected is None:
            same = sa.select(OBJECTS.c.content).where(
                named([row.id]), OBJECTS.c.version == row.version, OBJECTS.c.submission != OF_THE_HUB
            )
            holds = any(bytes(each.content) == content for each in connection.execute(same))
        else:
            holds = canonical(expected) == content
        if not holds:
            raise _broken("it is neither published nor a copy of what a member sent", row.id)
        self.added += 1

    def _proof(self, row: Row[Any], digest: bytes, where: str) -> None:
        if row.proof != "signature":
            self.unsigned += 1
            return
        member, key = self._keys.get(row.key_id, (None, None))
        if key is None or member != row.member:
            raise _broken("it is signed with a key that is not its member's", where)
        if not holds(bytes(row.signed_base), bytes(row.signature), key, digest):
            raise _broken("its signature does not hold", where)
        self.signed += 1

    def _sent(self, found: Any, sent: list[Any], where: str) -> None:
        """Each object came out of the one that was sent."""
        for each in found:
            original = hashlib.sha256(canonical(respelt(sent[each.position]))).digest()[:DIGEST_BYTES]
            if original != bytes(each.sent_digest) or json.loads(bytes(each.content))["id"] != each.id:
                raise _broken(f"{each.id} did not come out of what was sent", where)


_HINT: Final = "compare with a backup; tell the members, whose witnesses know when the log was still whole"


def _broken(sentence: str, where: str) -> StillwatchError:
    return StillwatchError(
        f"what is kept does not hold: {sentence}",
        code="SW-HUB-50",
        where=where,
        hint=_HINT,
        exit_code=ExitCode.UNREADABLE,
    )
