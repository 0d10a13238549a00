"""Who calls: a snapshot of members and credentials in memory, taken anew when something about them changes."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.hub.members.records import Member, current, token_digest
from stillwatch.hub.rights import Scope
from stillwatch.hub.tables.members import CERTIFICATES, KEYS, MEMBERS, STATE, TOKENS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.sql import SqlDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a request.

    Attributes:
        scopes: what the credential may be used for.
        certified: a client certificate of the member's was shown.
    """

    member: Member
    scopes: frozenset[Scope]
    certified: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Snapshot:
    version: int
    members: dict[int, Member]
    tokens: dict[str, tuple[int, frozenset[Scope], str | None]]
    certificates: dict[str, tuple[int, str | None]]
    keys: dict[str, tuple[int, Ed25519PublicKey, str | None]]


class Directory:
    """Looks callers up.

    Args:
        database: the hub's.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._snapshot = _Snapshot(-1, {}, {}, {}, {})
        self.refresh()

    def refresh(self) -> None:
        """Take the snapshot anew if members have changed.

        Raises:
            StillwatchError: the database cannot be read.
        """
        with self._database.read() as connection:
            row = connection.execute(sa.select(STATE.c.value).where(STATE.c.name == "members")).first()
            version = row.value if row else 0
            if version != self._snapshot.version:
                self._snapshot = _taken(connection, version)

    @property
    def members(self) -> list[Member]:
        """Every member, suspended ones too."""
        return list(self._snapshot.members.values())

    def member(self, number: int) -> Member | None:
        """The member of that number."""
        return self._snapshot.members.get(number)

    def usable(self) -> bool:
        """Whether anybody could use the hub."""
        found, now = self._snapshot, clock.now()
        held = [(number, expires) for number, _, expires in found.tokens.values()]
        held += found.certificates.values()
        return any(found.members[n].suspended is None and current(expires, now) for n, expires in held)

    def caller(self, authorization: str, fingerprint: str | None) -> Caller:
        """Whoever calls.

        Args:
            authorization: the header, Basic (the member's name and a token) or Bearer; may be empty.
            fingerprint: SHA-256 of the client certificate that was shown, in hex.

        Raises:
            StillwatchError: nothing valid was shown. It does not say what was wrong.
        """
        certified = self._certified(fingerprint)
        if not authorization:
            if certified is None:
                raise _unknown()
            return Caller(certified, frozenset({Scope.READ, Scope.WRITE}), certified=True)
        name, presented = _presented(authorization)
        found = self._snapshot.tokens.get(token_digest(presented))
        if found is None or not current(found[2], clock.now()):
            raise _unknown()
        member = self._snapshot.members[found[0]]
        if member.suspended is not None or (name is not None and name != member.name):
            raise _unknown()
        return Caller(member, found[1], certified=certified is not None and certified.number == member.number)

    def key(self, member: Member, key_id: str) -> Ed25519PublicKey | None:
        """A member's key by its id; None for one that is not its own or has ended."""
        found = self._snapshot.keys.get(key_id)
        if found is None or found[0] != member.number or not current(found[2], clock.now()):
            return None
        return found[1]

    def _certified(self, fingerprint: str | None) -> Member | None:
        found = self._snapshot.certificates.get(fingerprint or "")
        if found is None or not current(found[1], clock.now()):
            return None
        member = self._snapshot.members[found[0]]
        return member if member.suspended is None else None


def _presented(authorization: str) -> tuple[str | None, str]:
    """The name, for Basic, and the token."""
    kind, _, rest = authorization.partition(" ")
    match kind.lower():
        case "bearer":
            return None, rest.strip()
        case "basic":
            try:
                name, found, token = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise _unknown() from None
            return (name, token) if found else (None, "")
        case _:
            return None, ""


def _unknown() -> StillwatchError:
    return StillwatchError(
        "this needs the credentials of a member",
        code="SW-HUB-03",
        hint="Authorization: Bearer TOKEN, or Basic with the member's name and its token, or a client certificate",
    )


def _taken(connection: Connection, version: int) -> _Snapshot:
    def scopes(text: str) -> frozenset[Scope]:
        return frozenset(Scope(word) for word in text.split())

    now: datetime.datetime = clock.now()
    return _Snapshot(
        version,
        {row.number: Member.of(row) for row in connection.execute(sa.select(MEMBERS))},
        {
            row.digest: (row.member, scopes(row.scopes), row.expires)
            for row in connection.execute(sa.select(TOKENS))
            if current(row.expires, now)
        },
        {
            row.fingerprint: (row.member, row.expires)
            for row in connection.execute(sa.select(CERTIFICATES))
            if current(row.expires, now)
        },
        {
            row.key_id: (row.member, Ed25519PublicKey.from_public_bytes(row.public), row.expires)
            for row in connection.execute(sa.select(KEYS))
            if current(row.expires, now)
        },
    )
