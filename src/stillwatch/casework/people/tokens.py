"""How people prove who they are: tokens that are handed out, sessions of a login, of which only digests are kept.

A token is 32 random bytes, so a plain BLAKE3 digest cannot be turned back and needs no salt.
"""

from __future__ import annotations

import datetime
import secrets
from typing import Final

import sqlalchemy as sa
from blake3 import blake3
from sqlalchemy import Connection, delete, insert, select, update

from stillwatch.casework.people.register import Register, iso, person_of
from stillwatch.casework.people.roles import Act, Person, Role, may
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError

LOCAL: Final = "local"
"""The source of a person whom this register itself vouches for."""
_PREFIX: Final = "swp_"
_VALID_AT_ONCE: Final = 2


class TokenDesk(Register):
    """Tokens of people: made, replaced, taken back, and looked at when somebody shows one."""

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
        """Make a new token for somebody; the last one they have ends after a while, earlier ones at once.

        Args:
            name: whose.
            by: who gives it: an administrator, or the person.
            grace_hours: how long the last one stays valid, if it does not end earlier.
            days: how long the new one is valid; None for without end.

        Raises:
            StillwatchError: there is nobody of that name, or ``by`` may not.
        """
        with self.database.write() as connection:
            self._may_give_tokens(connection, name, by)
            until = iso(self.present(connection) + datetime.timedelta(hours=grace_hours))
            table = tables.tokens
            mine = (table.c.name == name) & ~table.c.session
            newest = connection.scalar(select(sa.func.max(table.c.created)).where(mine))
            connection.execute(delete(table).where(mine & (table.c.created != newest)))
            later = mine & (table.c.expires.is_(None) | (table.c.expires > until))
            connection.execute(update(table).where(later).values(expires=until))
            return self._new_token(connection, name, by, days, session=False)

    def revoke_tokens(self, name: str, *, by: str) -> int:
        """Take back every token and login of somebody; returns how many were valid.

        They stay on record as expired, so that nobody acts by that name without a token afterwards.

        Raises:
            StillwatchError: there is nobody of that name, or ``by`` may not.
        """
        with self.database.write() as connection:
            self._may_give_tokens(connection, name, by)
            gone = self._end_tokens(connection, name)
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
            now = iso(self.present(connection))
        if row is None or (row.expires is not None and row.expires <= now):
            raise StillwatchError(
                "this token is of nobody, or has expired",
                code="SW-PPL-06",
                hint="ask an administrator for a new one: stillwatch people token NAME",
            )
        return person_of(row)

    def acting(self, by: str, token: str | None = None) -> Person:
        """Who acts: the token's owner, or whoever is named, if they never had a token that they would have to show.

        An administrator is believed by name again while no administrator has a valid token, as in the beginning: else
        a register whose tokens all expired could never be entered again.

        Raises:
            StillwatchError: the token is of nobody or of another, SW-PPL-02: nobody is named, or SW-PPL-07: the named
                person was given one and it was not shown.
        """
        if token is not None:
            person = self.who(token)
            if by not in ("", person.name):
                raise StillwatchError(
                    f"this is not the token of {by}", code="SW-PPL-08", hint="leave --by out"
                )
            return person
        if not by.strip():
            raise StillwatchError(
                "say who acts, with --by NAME",
                code="SW-PPL-02",
                hint="or show your token: --person-token FILE; over HTTP, the member `by` or X-Person-Token",
            )
        with self.database.read() as connection:
            person = self.get(by, connection)
            if self._has_to_show(connection, person):
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
        now = self.present(connection)
        expires = None if days is None else iso(now + datetime.timedelta(days=days))
        row = {
            "digest": _digest(token),
            "name": name,
            "session": session,
            "created": iso(now),
            "expires": expires,
        }
        connection.execute(insert(tables.tokens), row)
        kind = "person-login" if session else "token-made"
        self._enter(connection, kind, name, by, {"digest": _digest(token)[:12], "expires": expires})
        return token

    def _valid_tokens(self, connection: Connection, name: str) -> int:
        query = select(tables.tokens.c.expires).where(tables.tokens.c.name == name, ~tables.tokens.c.session)
        now = iso(self.present(connection))
        return sum(expires is None or expires > now for (expires,) in connection.execute(query))

    def _has_to_show(self, connection: Connection, person: Person) -> bool:
        """Whether a name alone is not enough."""
        if person.source != LOCAL:
            return True
        table = tables.tokens
        ever = connection.execute(select(table.c.name).where(table.c.name == person.name)).first()
        if ever is None or Role.ADMINISTRATOR not in person.roles:
            return ever is not None
        everybody = connection.execute(select(tables.people).where(tables.people.c.active)).all()
        administrators = [row.name for row in everybody if Role.ADMINISTRATOR in person_of(row).roles]
        return any(self._valid_tokens(connection, name) for name in administrators)

    def _end_tokens(self, connection: Connection, name: str) -> int:
        """Let every token and session of somebody end now; returns how many were valid."""
        table, now = tables.tokens, iso(self.present(connection))
        valid = (table.c.name == name) & (table.c.expires.is_(None) | (table.c.expires > now))
        return connection.execute(update(table).where(valid).values(expires=now)).rowcount


def _digest(token: str) -> str:
    return blake3(token.encode()).hexdigest()
