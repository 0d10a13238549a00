"""Changing who may act in casework, and letting people read evidence: all of it in the ledger."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, insert, select, update

from stillwatch.casework.people.register import person_of
from stillwatch.casework.people.roles import Act, Person, Role, may
from stillwatch.casework.people.tokens import TokenDesk
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


class People(TokenDesk):
    """Who may act in casework.

    Args:
        database: of the family ``casework``.
        ledger: every change, and every look at evidence, is entered there.
        now: the clock.
    """

    def add(self, name: str, roles: Iterable[Role], *, by: str) -> Person:
        """Add somebody. The first person of a register must be an administrator, and may add themselves.

        Raises:
            StillwatchError: the name is taken or of no usable form, no role is given, or ``by`` may not.
        """
        wanted = frozenset(roles)
        if not NAME.fullmatch(name):
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
            self._end_tokens(connection, name)
            connection.execute(
                update(tables.people).where(tables.people.c.name == name).values(active=False, roles="")
            )
            self._enter(connection, "person-removed", name, by, {"before": sorted(before.roles)})

    def open_session(self, person: Person, hours: float) -> str:
        """Let in somebody whom their organisation's login vouches for, with the roles it gives them.

        Args:
            person: name, roles and source as the login says.
            hours: how long the session lasts.

        Returns:
            The session's token, shown as any other.

        Raises:
            StillwatchError: SW-PPL-47, the name belongs to somebody else, or was removed here.
        """
        _checked_roles(person.roles)
        table = tables.people
        with self.database.write() as connection:
            row = connection.execute(select(table).where(table.c.name == person.name)).first()
            if row is not None and (row.source != person.source or not row.active):
                raise StillwatchError(
                    f"the login vouches for a {person.name} who is not the one here, or who was removed",
                    code="SW-PPL-47",
                    hint="an administrator has to sort that out",
                )
            if row is None or person_of(row).roles != person.roles:
                before = sorted(person_of(row).roles) if row is not None else []
                self._put(connection, person, "login", row is not None)
                details = {"roles": sorted(person.roles), "before": before, "source": person.source}
                self._enter(connection, "person-roles", person.name, "login", details)
            return self._new_token(connection, person.name, person.name, hours / 24, session=True)

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
        if not any(Role.ADMINISTRATOR in person_of(row).roles for row in connection.execute(query)):
            raise StillwatchError(
                f"{name} is the last administrator", code="SW-PPL-11", hint="add another one first"
            )


def _checked_roles(roles: frozenset[Role]) -> None:
    if not roles:
        raise StillwatchError(
            "somebody without a role could do nothing", code="SW-PPL-12", hint=f"roles are: {', '.join(Role)}"
        )
    if Role.SERVICE in roles and len(roles) > 1:
        raise StillwatchError("a service is no person and has no other role", code="SW-PPL-13")
