"""Four eyes: what one person asks for and others have to grant, for exactly the payload that they saw.

Whoever asks cannot grant, nobody fills two needs, and a grant is good for one payload: its digest is compared whenever
somebody acts on it.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import hmac
import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, insert, select, update

from stillwatch import clock
from stillwatch.casework.people.approval import NEEDS, Answer, Approval, ApprovalKind, ApprovalState, kind_of
from stillwatch.casework.people.register import Register, iso
from stillwatch.casework.people.roles import Act, Role, may
from stillwatch.casework.tables import people as tables
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry, Ledger

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase

_LAPSES_AFTER: Final = datetime.timedelta(days=30)


class Approvals:
    """What waits for a second person, and what was granted.

    Args:
        database: of the family ``casework``.
        ledger: asking, approving and refusing are entered there.
        now: the clock.
    """

    def __init__(self, database: SqlDatabase, ledger: Ledger, *, now: clock.Clock = clock.now) -> None:
        self.database = database
        self.ledger = ledger
        self._people = Register(database, ledger, now=now)
        self._now = now

    def ask(
        self,
        connection: Connection,
        kind: ApprovalKind | str,
        subject: str,
        payload_digest: str,
        by: str,
        needs: tuple[Role, ...] | None = None,
    ) -> str:
        """Ask for an approval, within a writing transaction.

        Args:
            connection: from ``database.write()``.
            kind: what it is.
            subject: whose: a case's id, a decision's.
            payload_digest: of exactly what shall be done; the caller says how it is made.
            by: who asks.
            needs: more than ``NEEDS`` asks for; never less.

        Returns:
            The approval's id.

        Raises:
            StillwatchError: the kind is unknown, ``by`` may not ask, or less is needed than the kind asks for.
        """
        kind = kind_of(kind)
        may(self._people.get(by, connection), Act.ASK_APPROVALS)
        wanted = NEEDS[kind] if needs is None else needs
        if any(wanted.count(role) < NEEDS[kind].count(role) for role in NEEDS[kind]):
            raise StillwatchError(
                f"a {kind} needs at least: {', '.join(NEEDS[kind])}", code="SW-PPL-21", where=subject
            )
        now = self._people.present(connection)
        row = {
            "approval_id": f"apr-{secrets.token_hex(8)}",
            "kind": kind.value,
            "subject": subject,
            "payload_digest": payload_digest,
            "needs": " ".join(wanted),
            "asked_by": by,
            "asked": iso(now),
            "lapses": iso(now + _LAPSES_AFTER),
            "state": ApprovalState.WAITING.value,
        }
        connection.execute(insert(tables.approvals), row)
        details = {"kind": kind.value, "payload": payload_digest, "needs": list(wanted), "about": subject}
        self._enter(connection, "approval-asked", row["approval_id"], by, details)
        return row["approval_id"]

    def approve(self, connection: Connection, approval_id: str, by: str, reason: str = "") -> Approval:
        """Approve, within a writing transaction; granted once every need is filled.

        Raises:
            StillwatchError: there is no such approval, it is not waiting, ``by`` asked for it or answered already,
                or has none of the roles it still needs.
        """
        found = self._answerable(connection, approval_id, by)
        role = self._role_for(connection, found, by)
        self._answer(connection, found, Answer(by, role, True, reason, self._stamp()))
        after = self.get(approval_id, connection)
        if not after.open_needs():
            self._set(connection, approval_id, ApprovalState.GRANTED)
            after = dataclasses.replace(after, state=ApprovalState.GRANTED)
        details = {
            "role": role.value,
            "payload": found.payload_digest,
            "reason": reason,
            "state": after.state.value,
        }
        self._enter(connection, "approval-approved", approval_id, by, details)
        return after

    def refuse(self, connection: Connection, approval_id: str, by: str, reason: str) -> Approval:
        """Refuse, within a writing transaction; one refusal ends it. Whoever asked may take it back this way.

        Raises:
            StillwatchError: as ``approve``.
        """
        found = self._waiting(connection, approval_id)
        role = "asker" if by == found.asked_by else self._role_for(connection, found, by).value
        self._answer(connection, found, Answer(by, role, False, reason, self._stamp()))
        self._set(connection, approval_id, ApprovalState.REFUSED)
        self._enter(connection, "approval-refused", approval_id, by, {"role": role, "reason": reason})
        return self.get(approval_id, connection)

    def granted(self, approval_id: str, payload_digest: str, connection: Connection | None = None) -> bool:
        """Whether it was granted, and for exactly this payload."""
        if connection is None:
            with self.database.read() as reading:
                return self.granted(approval_id, payload_digest, reading)
        query = select(tables.approvals.c.state, tables.approvals.c.payload_digest)
        row = connection.execute(query.where(tables.approvals.c.approval_id == approval_id)).first()
        return (
            row is not None
            and row.state == ApprovalState.GRANTED
            and hmac.compare_digest(row.payload_digest.encode(), payload_digest.encode())
        )

    def get(self, approval_id: str, connection: Connection | None = None) -> Approval:
        """One approval.

        Raises:
            StillwatchError: SW-PPL-22, there is none of that id; the nearest is named.
        """
        if connection is None:
            with self.database.read() as reading:
                return self.get(approval_id, reading)
        row = connection.execute(
            select(tables.approvals).where(tables.approvals.c.approval_id == approval_id)
        ).first()
        if row is None:
            raise self._unknown(connection, approval_id)
        return self._approval(connection, row)

    def list(
        self, state: ApprovalState | None = ApprovalState.WAITING, *, subject: str | None = None
    ) -> tuple[Approval, ...]:
        """Approvals in a state, or of a subject, oldest first."""
        table = tables.approvals
        query = select(table).order_by(table.c.asked, table.c.approval_id)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        if state is ApprovalState.WAITING:
            query = query.where(table.c.state == state.value)
        with self.database.read() as connection:
            found = tuple(self._approval(connection, row) for row in connection.execute(query).all())
        return tuple(each for each in found if state is None or each.state is state)

    def _answerable(self, connection: Connection, approval_id: str, by: str) -> Approval:
        found = self._waiting(connection, approval_id)
        if by == found.asked_by:
            raise StillwatchError(
                "nobody approves their own act",
                code="SW-PPL-23",
                where=approval_id,
                hint="another person has to",
            )
        if any(answer.by == by for answer in found.answers):
            raise StillwatchError(f"{by} has answered already", code="SW-PPL-24", where=approval_id)
        return found

    def _waiting(self, connection: Connection, approval_id: str) -> Approval:
        """The approval, and nobody else answers it meanwhile."""
        table = tables.approvals
        connection.execute(select(table.c.state).where(table.c.approval_id == approval_id).with_for_update())
        found = self.get(approval_id, connection)
        if found.state is not ApprovalState.WAITING:
            raise StillwatchError(
                f"this approval is {found.state} already",
                code="SW-PPL-25",
                where=approval_id,
                hint="ask anew if it is still wanted",
            )
        return found

    def _role_for(self, connection: Connection, found: Approval, by: str) -> Role:
        person = self._people.get(by, connection)
        may(person, Act.ANSWER_APPROVALS)
        for role in found.open_needs():
            if role in person.roles:
                return role
        raise StillwatchError(
            f"{by} cannot answer this: it still needs {', '.join(found.open_needs())}",
            code="SW-PPL-26",
            where=found.approval_id,
            hint=f"roles of {by}: {', '.join(sorted(person.roles))}",
        )

    def _answer(self, connection: Connection, found: Approval, answer: Answer) -> None:
        row = {**dataclasses.asdict(answer), "approval_id": found.approval_id}
        connection.execute(insert(tables.answers), row)

    def _set(self, connection: Connection, approval_id: str, state: ApprovalState) -> None:
        table = tables.approvals
        connection.execute(update(table).where(table.c.approval_id == approval_id).values(state=state.value))

    def _approval(self, connection: Connection, row: Any) -> Approval:
        table = tables.answers
        query = select(table).where(table.c.approval_id == row.approval_id).order_by(table.c.ts, table.c.by)
        state = ApprovalState(row.state)
        if state is ApprovalState.WAITING and row.lapses <= iso(self._people.present(connection)):
            state = ApprovalState.LAPSED
        return Approval(
            row.approval_id,
            ApprovalKind(row.kind),
            row.subject,
            row.payload_digest,
            tuple(Role(word) for word in row.needs.split()),
            row.asked_by,
            row.asked,
            row.lapses,
            state,
            tuple(Answer(a.by, a.role, a.approved, a.reason, a.ts) for a in connection.execute(query)),
        )

    def _unknown(self, connection: Connection, approval_id: str) -> StillwatchError:
        known = [row[0] for row in connection.execute(select(tables.approvals.c.approval_id))]
        near = difflib.get_close_matches(approval_id, known, n=1)
        return StillwatchError(
            "there is no such approval",
            code="SW-PPL-22",
            where=approval_id[:200],
            hint=f"did you mean {near[0]}?" if near else "list them: stillwatch approvals list --all",
        )

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: dict[str, Any]
    ) -> None:
        self.ledger.append(connection, [Entry(kind, subject, by, self._stamp(), details)])

    def _stamp(self) -> str:
        return iso(self._now())
