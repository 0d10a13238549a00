"""The register of authorisations in the casework database: entered by one person, in force once counsel agrees.

An authorisation keeps accounts from being called attack, so nobody gives one alone. Every version stays; in force
is the latest that was approved for exactly its content. Taking one back needs one person and works at once.
"""

from __future__ import annotations

import dataclasses
import difflib
import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from stillwatch.casework.authorisations.body import authorisation_of, body_of, digest_of, fingerprinted
from stillwatch.casework.people import Act, ApprovalKind, ApprovalState, may
from stillwatch.casework.tables.authorisations import authorisations as table
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.records import Records
    from stillwatch.clock import Clock
    from stillwatch.core.authorisation import Authorisation


class Standing(enum.StrEnum):
    """Where a version of an authorisation stands."""

    WAITING = "waiting"  # for counsel
    IN_FORCE = "in-force"
    REFUSED = "refused"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclasses.dataclass(frozen=True, slots=True)
class Registered:
    """One version of an authorisation.

    Attributes:
        key: fingerprint of the pseudonym key that its fingerprints were made with.
        registered: when (RFC 3339), by whom.
        reason: why it was taken back; empty while it was not.
    """

    authorisation: Authorisation
    version: int
    standing: Standing
    digest: str
    key: str
    approval_id: str
    registered: str
    registered_by: str
    withdrawn: str | None
    withdrawn_by: str
    reason: str


class Register:
    """Registered authorisations.

    Args:
        records: the open casework database.
        now: the clock.
    """

    def __init__(self, records: Records, now: Clock) -> None:
        self._records = records
        self._now = now

    def add(self, found: Sequence[Authorisation], by: str, key: str) -> tuple[Registered, ...]:
        """Enter authorisations, or new versions of them; what is as it was is left alone.

        Args:
            found: as `form.read_file` reads them.
            by: who enters them.
            key: fingerprint of the pseudonym key in use.

        Returns:
            The versions that now wait for counsel.

        Raises:
            StillwatchError: the person is unknown or may not.
        """
        added = []
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.REGISTER_AUTHORISATIONS)
            for each in found:
                version = self._add(connection, each, by, key)
                if version is not None:
                    added.append((each.authorisation_id, version))
        wanted = set(added)
        return tuple(r for r in self.versions() if (r.authorisation.authorisation_id, r.version) in wanted)

    def _add(self, connection: Connection, each: Authorisation, by: str, key: str) -> int | None:
        body = body_of(each)
        before = select(table).where(table.c.authorisation_id == each.authorisation_id)
        last = connection.execute(before.order_by(table.c.version.desc()).limit(1)).first()
        version = 1 if last is None else last.version + 1
        if last is not None and last.digest == digest_of(body) and last.withdrawn is None:
            return None
        name = f"{each.authorisation_id} v{version}"
        approval = self._records.approvals.ask(
            connection, ApprovalKind.AUTHORISATION, name, digest_of(body), by
        )
        row = {
            "authorisation_id": each.authorisation_id,
            "version": version,
            "body": body.decode(),
            "digest": digest_of(body),
            "key": key,
            "approval_id": approval,
            "registered": self._stamp(),
            "registered_by": by,
            "withdrawn": None,
            "withdrawn_by": "",
            "reason": "",
        }
        connection.execute(insert(table), row)
        details = {
            "version": version,
            "digest": digest_of(body),
            "kind": each.kind.value,
            "name": each.name,
            "owner": each.owner,
            "agreement": each.agreement,
            "approval": approval,
        }
        self._enter(connection, "authorisation-registered", each.authorisation_id, by, details)
        return version

    def withdraw(self, authorisation_id: str, by: str, reason: str) -> None:
        """Take an authorisation back, in all its versions; works at once.

        Raises:
            StillwatchError: there is none, it was taken back already, or the person may not.
        """
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.REGISTER_AUTHORISATIONS)
            open_ = (table.c.authorisation_id == authorisation_id) & table.c.withdrawn.is_(None)
            values = {"withdrawn": self._stamp(), "withdrawn_by": by, "reason": reason}
            if not connection.execute(update(table).where(open_).values(**values)).rowcount:
                raise self._unknown(connection, authorisation_id)
            self._enter(connection, "authorisation-withdrawn", authorisation_id, by, {"reason": reason})

    def versions(self, authorisation_id: str | None = None) -> tuple[Registered, ...]:
        """All versions of one authorisation or of all, by id and version.

        Raises:
            StillwatchError: SW-AUT-10, there is none of that id; the nearest is named.
        """
        query = select(table).order_by(table.c.authorisation_id, table.c.version)
        if authorisation_id is not None:
            query = query.where(table.c.authorisation_id == authorisation_id)
        with self._records.database.read() as connection:
            rows = connection.execute(query).all()
            if authorisation_id is not None and not rows:
                raise self._unknown(connection, authorisation_id)
            found = [self._registered(connection, row) for row in rows]
        latest = {
            r.authorisation.authorisation_id: r.version for r in found if r.standing is Standing.IN_FORCE
        }
        return tuple(
            dataclasses.replace(r, standing=Standing.REPLACED)
            if r.standing is Standing.IN_FORCE and r.version < latest[r.authorisation.authorisation_id]
            else r
            for r in found
        )

    def in_force(self, key: str) -> tuple[Authorisation, ...]:
        """The authorisations that count.

        Args:
            key: fingerprint of the pseudonym key that traffic is read with.

        Raises:
            StillwatchError: SW-AUT-12, one was entered under another key and could not be found in this traffic.
        """
        found = [r for r in self.versions() if r.standing is Standing.IN_FORCE]
        for each in found:
            if each.key != key and fingerprinted(each.authorisation):
                raise StillwatchError(
                    f"{each.authorisation.authorisation_id} was registered under another pseudonym key",
                    code="SW-AUT-12",
                    where=each.authorisation.authorisation_id,
                    hint="use that key file (key_file), or register it again: stillwatch authorisations add",
                )
        return tuple(each.authorisation for each in found)

    def _registered(self, connection: Connection, row: Any) -> Registered:
        return Registered(
            authorisation_of(row.body),
            row.version,
            self._standing(connection, row),
            row.digest,
            row.key,
            row.approval_id,
            row.registered,
            row.registered_by,
            row.withdrawn,
            row.withdrawn_by,
            row.reason,
        )

    def _standing(self, connection: Connection, row: Any) -> Standing:
        if row.withdrawn is not None:
            return Standing.WITHDRAWN
        approvals = self._records.approvals
        if approvals.granted(row.approval_id, digest_of(row.body.encode()), connection):
            return Standing.IN_FORCE
        state = approvals.get(row.approval_id, connection).state
        return Standing.WAITING if state is ApprovalState.WAITING else Standing.REFUSED

    def _unknown(self, connection: Connection, authorisation_id: str) -> StillwatchError:
        known = connection.execute(select(table.c.authorisation_id).distinct()).scalars().all()
        if authorisation_id in known:
            return StillwatchError(
                f"{authorisation_id} was withdrawn already", code="SW-AUT-11", where=authorisation_id
            )
        near = difflib.get_close_matches(authorisation_id, known, n=1)
        return StillwatchError(
            "there is no such authorisation",
            code="SW-AUT-10",
            where=authorisation_id[:200],
            hint=f"did you mean {near[0]}?" if near else "list them: stillwatch authorisations list",
        )

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: dict[str, Any]
    ) -> None:
        self._records.ledger.append(connection, [Entry(kind, subject, by, self._stamp(), details)])

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="microseconds")
