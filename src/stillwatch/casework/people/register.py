"""The register of people: their roles, their tokens, and every look at sensitive evidence, all of it in the ledger."""

from __future__ import annotations

import contextlib
import datetime
import difflib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from blake3 import blake3
from sqlalchemy import Connection, delete, insert, select, update

from stillwatch import clock
from stillwatch.casework.people.roles import Act, Person, Role, may
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry, Ledger

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase

LOCAL: Final = "local"
_PREFIX: Final = "swp_"
_VALID_AT_ONCE: Final = 2
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


class People:
    """Who may act in casework.

    Args:
        database: of the family ``casework``.
        ledger: every change, and every look at evidence, is entered there.
        now: the clock.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger, *, now: clock.Clock = clock.now) -> None:
        self.database = database
        self.ledger = ledger
        self._now = now

    def list(self) -> tuple[Person, ...]:
        """Everybody who is active, by name."""
        query = select(tables.people).where(tables.people.c.active).order_by(tables.people.c.name)
        with self.database.read() as connection:
            return tuple(_person(row) for row in connection.execute(query))

    def get(self, name: str, connection: Connection | None = None) -> Person:
        """One person.

        Args:
            name: as it stands in the register.
            connection: of a transaction that is open already.

        Raises:
            StillwatchError: SW-PPL-02, nobody of that name is active; the nearest is named.
        """
        if connection is None:
            with self.database.read() as reading:
                return self.get(name, reading)
        query = select(tables.people).where(tables.people.c.name == name, tables.people.c.active)
        row = connection.execute(query).first()
        if row is None:
            raise self._unknown(connection, name)
        return _person(row)

    def add(self, name: str, roles: Iterable[Role], *, by: str) -> Person:
        """Add somebody. The first person of a register must be an administrator, and may add themselves.

        Raises:
            StillwatchError: the name is taken or of no usable form, no role is given, or ``by`` may not.
        """
        wanted = frozenset(roles)
        if not _NAME.fullmatch(name):
            raise StillwatchError(
                "a name is up to 128 letters, digits and . _ @ + -, and begins with a letter or digit",
                code="SW-PPL-03",
                hint="use the name by which your organisation's login knows them",
            )
        _checked_roles(wanted)
        with self.database.write() as connection:
            self._may_manage(connection, by, first=Role.ADMINISTRATOR in wanted)
            known = connection.execute(select(tables.people).where(tables.people.c.name == name)).first()
            if known is not None and known.active:
                raise StillwatchError(
                    f"{name} is there already",
                    code="SW-PPL-04",
                    hint="change their roles: stillwatch people roles",
                )
            self._put(connection, Person(name, wanted), by, known is not None)
            self._enter(connection, "person-added", name, by, {"roles": sorted(wanted)})
        return Person(name, wanted)

    def set_roles(self, name: str, roles: Iterable[Role], *, by: str) -> Person:
        """Give somebody other roles instead of those they have; nobody changes their own.

        Raises:
            StillwatchError: there is nobody of that name, ``by`` may not, or the last administrator would go.
        """
        wanted = frozenset(roles)
        _checked_roles(wanted)
        with self.database.write() as connection:
            before = self._to_change(connection, name, by)
            if Role.ADMINISTRATOR in before.roles - wanted:
                self._keep_an_administrator(connection, name)
            changed = Person(name, wanted, before.source)
            self._put(connection, changed, by, exists=True)
            details = {"roles": sorted(wanted), "before": sorted(before.roles)}
            self._enter(connection, "person-roles", name, by, details)
        return changed

    def remove(self, name: str, *, by: str) -> None:
        """Take somebody's roles and tokens away; what they did stays on record.

        Raises:
            StillwatchError: there is nobody of that name, ``by`` may not, or the last administrator would go.
        """
        with self.database.write() as connection:
            before = self._to_change(connection, name, by)
            if Role.ADMINISTRATOR in before.roles:
                self._keep_an_administrator(connection, name)
            connection.execute(delete(tables.tokens).where(tables.tokens.c.name == name))
            connection.execute(
                update(tables.people).where(tables.people.c.name == name).values(active=False, roles="")
            )
            self._enter(connection, "person-removed", name, by, {"before": sorted(before.roles)})

    @contextlib.contextmanager
    def reading(self, person: Person, subject: str, what: str, why: str = "") -> Iterator[Connection]:
        """Let somebody read sensitive evidence: the ledger says so before the block begins.

        Args:
            person: who reads.
            subject: what it belongs to, such as a case's id.
            what: what is read, such as ``exemplars`` or ``retained text``.
            why: in their words; no prompt text.

        Returns:
            A reading connection, for the block.

        Raises:
            StillwatchError: the person may not, or the entry cannot be written; then nothing is read.
        """
        may(person, Act.READ_EVIDENCE)
        with self.database.write() as connection:
            self._enter(connection, "evidence-read", subject, person.name, {"what": what, "why": why})
        with self.database.read() as connection:
            yield connection

    def make_token(self, name: str, *, by: str, days: float | None = 90.0) -> str:
        """Make a token for somebody and keep its digest; two may be valid at once, so that one can be replaced.

        Args:
            name: whose.
            by: who gives it: an administrator, or the person.
            days: how long it is valid; None for without end.

        Returns:
            The token; it cannot be had again.

        Raises:
            StillwatchError: there is nobody of that name, they have two already, or ``by`` may not.
        """
        with self.database.write() as connection:
            self._may_give_tokens(connection, name, by)
            valid = self._valid_tokens(connection, name)
            if valid >= _VALID_AT_ONCE:
                raise StillwatchError(
                    f"{name} has {_VALID_AT_ONCE} valid tokens already",
                    code="SW-PPL-05",
                    hint=f"take them back first: stillwatch people token {name} --revoke",
                )
            return self._new_token(connection, name, by, days, session=False)

    def rotate_token(
        self, name: str, *, by: str, grace_hours: float = 24.0, days: float | None = 90.0
    ) -> str:
        """Make a new token for somebody; those they have end after a while.

        Args:
            name: whose.
            by: who gives it: an administrator, or the person.
            grace_hours: how long the present tokens stay valid, if they do not end earlier.
            days: how long the new one is valid; None for without end.

        Raises:
            StillwatchError: there is nobody of that name, or ``by`` may not.
        """
        with self.database.write() as connection:
            self._may_give_tokens(connection, name, by)
            until, table = _iso(self._now() + datetime.timedelta(hours=grace_hours)), tables.tokens
            mine = (table.c.name == name) & ~table.c.session
            newest = connection.scalar(select(sa.func.max(table.c.created)).where(mine))
            connection.execute(delete(table).where(mine & (table.c.created != newest)))
            later = mine & (table.c.expires.is_(None) | (table.c.expires > until))
            connection.execute(update(table).where(later).values(expires=until))
            return self._new_token(connection, name, by, days, session=False)

    def revoke_tokens(self, name: str, *, by: str) -> int:
        """Take back every token and login of somebody; returns how many.

        Raises:
            StillwatchError: there is nobody of that name, or ``by`` may not.
        """
        with self.database.write() as connection:
            self._may_give_tokens(connection, name, by)
            gone = connection.execute(delete(tables.tokens).where(tables.tokens.c.name == name)).rowcount
            self._enter(connection, "tokens-revoked", name, by, {"tokens": gone})
        return gone

    def who(self, token: str) -> Person:
        """Whose token this is.

        Raises:
            StillwatchError: SW-PPL-06, it is of nobody, or has expired; which one is not said.
        """
        query = (
            select(tables.people, tables.tokens.c.expires)
            .join(tables.tokens, tables.tokens.c.name == tables.people.c.name)
            .where(tables.tokens.c.digest == _digest(token), tables.people.c.active)
        )
        with self.database.read() as connection:
            row = connection.execute(query).first()
        if row is None or (row.expires is not None and row.expires <= self._stamp()):
            raise StillwatchError(
                "this token is of nobody, or has expired",
                code="SW-PPL-06",
                hint="ask an administrator for a new one: stillwatch people token NAME",
            )
        return _person(row)

    def acting(self, by: str, token: str | None = None) -> Person:
        """Who acts: the token's owner, or whoever is named, if they have no token that they would have to show.

        Raises:
            StillwatchError: the token is of nobody or of another, or SW-PPL-07: the named person has one and it was
                not shown.
        """
        if token is not None:
            person = self.who(token)
            if by not in ("", person.name):
                raise StillwatchError(
                    f"this is not the token of {by}", code="SW-PPL-08", hint="leave --by out"
                )
            return person
        with self.database.read() as connection:
            person = self.get(by, connection)
            if self._valid_tokens(connection, by):
                raise StillwatchError(
                    f"{by} has to show a token",
                    code="SW-PPL-07",
                    hint="name the file that holds it with --person-token, or set STILLWATCH_PERSON_TOKEN_FILE",
                )
        return person

    def _may_give_tokens(self, connection: Connection, name: str, by: str) -> None:
        """Administrators may for everybody, and everybody for themselves."""
        self.get(name, connection)
        if by != name:
            may(self.get(by, connection), Act.MANAGE_PEOPLE)

    def _new_token(
        self, connection: Connection, name: str, by: str, days: float | None, *, session: bool
    ) -> str:
        token = _PREFIX + secrets.token_urlsafe(32)
        now = self._now()
        expires = None if days is None else _iso(now + datetime.timedelta(days=days))
        row = {
            "digest": _digest(token),
            "name": name,
            "session": session,
            "created": _iso(now),
            "expires": expires,
        }
        connection.execute(insert(tables.tokens), row)
        kind = "person-login" if session else "token-made"
        self._enter(connection, kind, name, by, {"digest": _digest(token)[:12], "expires": expires})
        return token

    def _valid_tokens(self, connection: Connection, name: str) -> int:
        query = select(tables.tokens.c.expires).where(tables.tokens.c.name == name, ~tables.tokens.c.session)
        now = self._stamp()
        return sum(expires is None or expires > now for (expires,) in connection.execute(query))

    def _put(self, connection: Connection, person: Person, by: str, exists: bool) -> None:
        values = {
            "roles": " ".join(sorted(person.roles)),
            "source": person.source,
            "active": True,
            "added": self._stamp(),
            "added_by": by,
        }
        if exists:
            connection.execute(
                update(tables.people).where(tables.people.c.name == person.name).values(values)
            )
        else:
            connection.execute(insert(tables.people), {"name": person.name, **values})

    def _may_manage(self, connection: Connection, by: str, *, first: bool) -> None:
        anybody = connection.execute(
            select(tables.people.c.name).where(tables.people.c.active).limit(1)
        ).first()
        if anybody is not None:
            may(self.get(by, connection), Act.MANAGE_PEOPLE)
        elif not first:
            raise StillwatchError(
                "the first person has to be an administrator",
                code="SW-PPL-09",
                hint="stillwatch people add NAME --role administrator",
            )

    def _to_change(self, connection: Connection, name: str, by: str) -> Person:
        person = self.get(name, connection)
        may(self.get(by, connection), Act.MANAGE_PEOPLE)
        if name == by:
            raise StillwatchError(
                "nobody changes their own roles", code="SW-PPL-10", hint="another administrator can"
            )
        return person

    def _keep_an_administrator(self, connection: Connection, name: str) -> None:
        query = select(tables.people).where(tables.people.c.active, tables.people.c.name != name)
        if not any(Role.ADMINISTRATOR in _person(row).roles for row in connection.execute(query)):
            raise StillwatchError(
                f"{name} is the last administrator", code="SW-PPL-11", hint="add another one first"
            )

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: Mapping[str, object]
    ) -> None:
        self.ledger.append(connection, [Entry(kind, subject, by, self._stamp(), details)])

    def _unknown(self, connection: Connection, name: str) -> StillwatchError:
        names = [
            row[0] for row in connection.execute(select(tables.people.c.name).where(tables.people.c.active))
        ]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else "add them: stillwatch people add NAME --role ROLE"
        return StillwatchError(f"there is nobody called {name or '(no name)'}", code="SW-PPL-02", hint=hint)

    def _stamp(self) -> str:
        return _iso(self._now())


def _checked_roles(roles: frozenset[Role]) -> None:
    if not roles:
        raise StillwatchError(
            "somebody without a role could do nothing", code="SW-PPL-12", hint=f"roles are: {', '.join(Role)}"
        )
    if Role.SERVICE in roles and len(roles) > 1:
        raise StillwatchError("a service is no person and has no other role", code="SW-PPL-13")


def _person(row: object) -> Person:
    roles = frozenset(Role(word) for word in str(row.roles).split())  # type: ignore[attr-defined]
    return Person(row.name, roles, row.source)  # type: ignore[attr-defined]


def _digest(token: str) -> str:
    return blake3(token.encode()).hexdigest()


def _iso(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")
