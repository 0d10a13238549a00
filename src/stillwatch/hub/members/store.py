"""Changes of members: each is one transaction with its entry in the log, and the running server hears of it.

Used by ``stillwatch hub members``; the server itself only reads.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.hub.members.credentials import by_member, end, give_token, insert_own
from stillwatch.hub.members.records import Member, checked_name, current, iso, token_digest
from stillwatch.hub.rights import MemberKind, Scope
from stillwatch.hub.tables.members import CERTIFICATES, KEYS, MEMBERS, STATE, TOKENS
from stillwatch.sharing.keys import key_id
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from sqlalchemy import Connection

    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

OPERATOR: Final = "operator"
"""Who changes members, as the log names it: whoever may write the database."""


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with a member, apart from its name and kind.

    Attributes:
        shown: other members are told its name.
        unsigned_writes: its client cannot sign; a token alone suffices to write.
        requests_per_minute: None for what its kind has.
        objects_per_day: None for what its kind has.
    """

    shown: bool = True
    unsigned_writes: bool = False
    requests_per_minute: int | None = None
    objects_per_day: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """A member with what proves who it is.

    Attributes:
        keys: ids of its signing keys.
        certificates: SHA-256 of its client certificates, in hex.
        tokens: the beginnings of its tokens' digests with their scopes and ends.
    """

    member: Member
    keys: tuple[str, ...]
    certificates: tuple[str, ...]
    tokens: tuple[tuple[str, str, str | None], ...]


class Members:
    """The members of a hub's database.

    Args:
        database: the hub's.
        ledger: the hub's log.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def list(self) -> list[Listed]:
        """Every member with its valid credentials, by name."""
        now = clock.now()
        with self._database.read() as connection:
            members = [
                Member.of(row) for row in connection.execute(sa.select(MEMBERS).order_by(MEMBERS.c.name))
            ]
            keys = by_member(connection, KEYS, KEYS.c.key_id, now)
            certificates = by_member(connection, CERTIFICATES, CERTIFICATES.c.fingerprint, now)
            tokens: dict[int, list[tuple[str, str, str | None]]] = {}
            for row in connection.execute(sa.select(TOKENS).order_by(TOKENS.c.created)):
                if current(row.expires, now):
                    tokens.setdefault(row.member, []).append((row.digest[:12], row.scopes, row.expires))
        return [
            Listed(
                each,
                tuple(keys.get(each.number, ())),
                tuple(certificates.get(each.number, ())),
                tuple(tokens.get(each.number, ())),
            )
            for each in members
        ]

    def add(
        self,
        name: str,
        kind: MemberKind,
        terms: Terms,
        *,
        key: Ed25519PublicKey | None = None,
        certificate: str | None = None,
        scopes: Iterable[Scope] = (Scope.READ, Scope.WRITE),
    ) -> str:
        """Take a member in.

        Args:
            name: small letters, digits, dots, hyphens and underscores.
            kind: what it may do follows from this.
            terms: what else is agreed.
            key: that its requests are signed with.
            certificate: SHA-256 of its client certificate, in hex.
            scopes: what its token is good for.

        Returns:
            Its first token; it cannot be had again.

        Raises:
            StillwatchError: the name is taken or none, or the key or certificate is another member's.
        """
        checked_name(name)
        with self._database.write() as connection:
            if connection.execute(sa.select(MEMBERS.c.number).where(MEMBERS.c.name == name)).first():
                raise StillwatchError(
                    f"there is a member called {name} already",
                    code="SW-HUB-21",
                    hint=f"give it new credentials with: stillwatch hub members rotate {name}",
                )
            values = {
                "name": name,
                "kind": kind.value,
                "identity": f"identity--{uuid.uuid4()}",
                "created": iso(clock.now()),
            } | dataclasses.asdict(terms)
            number = connection.execute(sa.insert(MEMBERS).values(values)).inserted_primary_key[0]  # type: ignore[index]
            given = self._give(connection, number, key, certificate)
            token = give_token(connection, number, " ".join(sorted(scopes)), None)
            details = {
                "kind": kind.value,
                "identity": values["identity"],
                **dataclasses.asdict(terms),
                **given,
            }
            self._note(connection, "member-added", name, details)
        return token

    def rotate(
        self,
        name: str,
        grace: datetime.timedelta,
        *,
        key: Ed25519PublicKey | None = None,
        certificate: str | None = None,
        token: bool = False,
        scopes: Iterable[Scope] = (),
    ) -> str | None:
        """Give a member new credentials; those of the same sort that it has end after a while.

        Returns:
            The new token, where one was asked for; with the scopes of the last one unless others are named.

        Raises:
            StillwatchError: there is no such member, or the key or certificate is another member's.
        """
        until = iso(clock.now() + grace)
        wanted = " ".join(sorted(scopes))
        with self._database.write() as connection:
            member = _found(connection, name)
            given: dict[str, Any] = {}
            made = None
            if key is not None:
                end(connection, KEYS, member.number, until)
            if certificate is not None:
                end(connection, CERTIFICATES, member.number, until)
            given |= self._give(connection, member.number, key, certificate)
            if token:
                last = connection.execute(
                    sa.select(TOKENS.c.scopes)
                    .where(TOKENS.c.member == member.number)
                    .order_by(TOKENS.c.created.desc())
                ).first()
                usual = " ".join(sorted((Scope.READ, Scope.WRITE)))
                end(connection, TOKENS, member.number, until)
                made = give_token(connection, member.number, wanted or (last.scopes if last else usual), None)
                given["token"] = token_digest(made)[:12]
            self._note(connection, "member-rotated", name, {"until": until, **given})
        return made

    def suspend(self, name: str, reason: str) -> None:
        """Let a member do nothing any more; its objects stay.

        Raises:
            StillwatchError: there is no such member.
        """
        with self._database.write() as connection:
            member = _found(connection, name)
            change = sa.update(MEMBERS).where(MEMBERS.c.number == member.number)
            connection.execute(change.values(suspended=iso(clock.now())))
            self._note(connection, "member-suspended", name, {"reason": reason})

    def resume(self, name: str, reason: str) -> None:
        """Let a suspended member in again.

        Raises:
            StillwatchError: there is no such member.
        """
        with self._database.write() as connection:
            member = _found(connection, name)
            change = sa.update(MEMBERS).where(MEMBERS.c.number == member.number)
            connection.execute(change.values(suspended=None))
            self._note(connection, "member-resumed", name, {"reason": reason})

    def _give(
        self, connection: Connection, number: int, key: Ed25519PublicKey | None, certificate: str | None
    ) -> dict[str, Any]:
        """Store a key and a certificate; what the log says of them."""
        given: dict[str, Any] = {}
        created = iso(clock.now())
        if key is not None:
            given["key"] = key_id(key)
            raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            values = {"key_id": given["key"], "member": number, "public": raw, "created": created}
            insert_own(connection, KEYS, KEYS.c.key_id, values)
        if certificate is not None:
            given["certificate"] = certificate
            values = {"fingerprint": certificate, "member": number, "created": created}
            insert_own(connection, CERTIFICATES, CERTIFICATES.c.fingerprint, values)
        return given

    def _note(self, connection: Connection, kind: str, name: str, details: dict[str, Any]) -> None:
        """The entry in the log, and the sign for a running server that something changed."""
        bump(connection, "members")
        self._ledger.append(connection, [Entry(kind, name, OPERATOR, iso(clock.now()), details)])


def bump(connection: Connection, name: str) -> None:
    """Raise a counter by one."""
    raised = sa.update(STATE).where(STATE.c.name == name).values(value=STATE.c.value + 1)
    if not connection.execute(raised).rowcount:
        connection.execute(sa.insert(STATE).values(name=name, value=1))


def _found(connection: Connection, name: str) -> Member:
    row = connection.execute(sa.select(MEMBERS).where(MEMBERS.c.name == name)).first()
    if row is not None:
        return Member.of(row)
    names = [each.name for each in connection.execute(sa.select(MEMBERS.c.name).order_by(MEMBERS.c.name))]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names) or 'none'}"
    raise StillwatchError(f"there is no member called {name}", code="SW-HUB-22", hint=hint)
