"""The door: asks for a disclosure, takes the approvals of two roles, and releases exactly the bytes they saw."""

from __future__ import annotations

import datetime
import hmac
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Connection, insert, update

from stillwatch import clock
from stillwatch.casework.cases.rows import case_at, number_of
from stillwatch.casework.disclosure.model import Disclosure, Draft, Stage
from stillwatch.casework.disclosure.reading import digest_of, disclosure_at, disclosures_of
from stillwatch.casework.outbox.model import Item, ItemKind
from stillwatch.casework.outbox.store import Outbox
from stillwatch.casework.people import Act, ApprovalKind, may
from stillwatch.casework.tables.disclosures import disclosures as table
from stillwatch.casework.times import written
from stillwatch.core.case import Case, CaseDecision, CaseState
from stillwatch.core.names import new_id
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Ports
    from stillwatch.casework.records import Records

_SHORTEST: Final = 12  # digits of a digest that name it
_SETTLED: Final = (CaseState.DECIDED, CaseState.CLOSED)


class Door:
    """Disclosures of one lab.

    Args:
        records: the open casework database.
        ports: the gate, and how indicators are written.
        now: the clock.
    """

    def __init__(self, records: Records, ports: Ports, *, now: clock.Clock = clock.now) -> None:
        self._records = records
        self._ports = ports
        self._now = now

    def previewed(self, case_id: str, by: str, indicators: int) -> None:
        """Note in the ledger that somebody had a case's traffic read to see what would leave.

        Raises:
            StillwatchError: the person may not read evidence.
        """
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.READ_EVIDENCE)
            self._enter(connection, "disclosure-previewed", case_id, by, {"indicators": indicators})

    def request(self, draft: Draft, destination: str, author: str, by: str) -> Disclosure:
        """Ask for a disclosure; nothing leaves by this.

        Args:
            draft: what would leave.
            destination: the hub, by the name it has here.
            author: this lab's identity there.
            by: who asks.

        Raises:
            StillwatchError: SW-DISC-01, there is nothing to disclose; SW-DISC-03, nobody has decided that the case
                is an attack; SW-DISC-04, the case has changed since; or the person may not.
        """
        if not draft.indicators:
            raise StillwatchError(
                "nothing of this case may leave",
                code="SW-DISC-01",
                where=draft.case_id,
                hint="; ".join(dict.fromkeys(f"{each.kind}: {each.why}" for each in draft.withheld))
                or f"see it whole: stillwatch disclose preview {draft.case_id}",
                exit_code=ExitCode.GATE_REFUSED,
            )
        now = self._now()
        day = now.astimezone(datetime.UTC).date()
        body = self._ports.envelope(draft.indicators, day)
        disclosure_id = new_id("dsc", now.timestamp())
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.DISCLOSE)
            case = disclosable(connection, draft.case_id)
            if case.version != draft.case_version:
                raise StillwatchError(
                    "the case has changed while this was put together",
                    code="SW-DISC-04",
                    where=draft.case_id,
                    hint="look at it and ask again",
                )
            approval = self._records.approvals.ask(
                connection, ApprovalKind.DISCLOSURE, disclosure_id, digest_of(body), by
            )
            row = {
                "disclosure_id": disclosure_id,
                "case_id": draft.case_id,
                "case_version": draft.case_version,
                "evidence": draft.evidence,
                "destination": destination,
                "author": author,
                "marking": draft.marking.value,
                "indicators": msgspec.json.encode(draft.indicators).decode(),
                "body": body,
                "digest": digest_of(body),
                "made_day": day.isoformat(),
                "approval_id": approval,
                "requested_ts": written(now),
                "requested_by": by,
                "released_ts": None,
            }
            connection.execute(insert(table), row)
            details = {
                "disclosure": disclosure_id,
                "destination": destination,
                "marking": draft.marking.value,
                "digest": digest_of(body),
                "indicators": len(draft.indicators),
            }
            self._enter(connection, "disclosure-requested", draft.case_id, by, details)
        return self.get(disclosure_id)

    def approve(self, disclosure_id: str, by: str, digest: str, reason: str = "") -> Disclosure:
        """Approve the bytes of a digest; the second role's approval releases them.

        Args:
            disclosure_id: which.
            by: who approves.
            digest: of what was seen, or at least its first twelve digits.
            reason: why, in a sentence.

        Raises:
            StillwatchError: SW-DISC-06, another digest; or the person may not approve, or what `release` raises.
        """
        with self._records.database.write() as connection:
            found = disclosure_at(connection, self._records.approvals, disclosure_id)
            if len(digest) < _SHORTEST or not hmac.compare_digest(
                found.digest[: len(digest)], digest.lower()
            ):
                raise StillwatchError(
                    "these are not the bytes that would leave",
                    code="SW-DISC-06",
                    where=disclosure_id,
                    hint=f"look at them and give their digest: stillwatch disclose show {disclosure_id}",
                )
            after = self._records.approvals.approve(connection, found.approval_id, by, reason)
            if not after.open_needs():
                self._release(connection, found, by)
        return self.get(disclosure_id)

    def refuse(self, disclosure_id: str, by: str, reason: str) -> Disclosure:
        """Refuse it; one refusal ends it.

        Raises:
            StillwatchError: there is none, it does not wait any more, or the person may not.
        """
        with self._records.database.write() as connection:
            found = disclosure_at(connection, self._records.approvals, disclosure_id)
            self._records.approvals.refuse(connection, found.approval_id, by, reason)
            self._enter(connection, "disclosure-refused", found.case_id, by, {"disclosure": disclosure_id})
        return self.get(disclosure_id)

    def release(self, disclosure_id: str, by: str) -> Disclosure:
        """Put into the outbox what both roles have approved elsewhere.

        Raises:
            StillwatchError: SW-DISC-07, it is not approved, or was released already; or as `approve`.
        """
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.DISCLOSE)
            found = disclosure_at(connection, self._records.approvals, disclosure_id)
            if found.stage is not Stage.APPROVED:
                raise StillwatchError(
                    f"this disclosure is {found.stage}, so there is nothing to release",
                    code="SW-DISC-07",
                    where=disclosure_id,
                    hint="a reviewer and counsel have to approve it: stillwatch disclose approve",
                )
            self._release(connection, found, by)
        return self.get(disclosure_id)

    def get(self, disclosure_id: str) -> Disclosure:
        """One disclosure.

        Raises:
            StillwatchError: SW-DISC-05, there is none of that id.
        """
        with self._records.database.read() as connection:
            return disclosure_at(connection, self._records.approvals, disclosure_id)

    def list(self, case_id: str | None = None) -> tuple[Disclosure, ...]:
        """Disclosures of a case or of all, oldest first."""
        with self._records.database.read() as connection:
            return disclosures_of(connection, self._records.approvals, case_id)

    def _release(self, connection: Connection, found: Disclosure, by: str) -> None:
        """Into the outbox, if the case still stands, the gate still lets it, and the bytes are those approved."""
        disclosable(connection, found.case_id)
        again = self._ports.envelope(found.indicators, datetime.date.fromisoformat(found.made_day))
        granted = self._records.approvals.granted(found.approval_id, digest_of(again), connection)
        if again != found.body or not granted:
            raise StillwatchError(
                "what would leave is not what was approved",
                code="SW-DISC-08",
                where=found.disclosure_id,
                hint="refuse it and ask for the disclosure again",
            )
        for indicator in found.indicators:
            for refusal in self._ports.gate(indicator):
                raise StillwatchError(
                    f"the gate refuses it by now: {refusal.field}: {refusal.sentence}",
                    code="SW-DISC-09",
                    where=found.disclosure_id,
                    hint="refuse it and ask for the disclosure again",
                    exit_code=ExitCode.GATE_REFUSED,
                )
        now = self._now()
        items = [
            Item(
                item_id=new_id("out", now.timestamp() + place / 1000),  # sorts as it was approved
                kind=ItemKind.PUBLISH,
                case_id=found.case_id,
                cause=found.disclosure_id,
                payload=indicator,
                queued_ts=written(now),
                queued_by=by,
            )
            for place, indicator in enumerate(found.indicators)
        ]
        Outbox(self._records.database, now=self._now).put(connection, items)
        this = table.c.disclosure_id == found.disclosure_id
        connection.execute(update(table).where(this).values(released_ts=written(now)))
        details = {"disclosure": found.disclosure_id, "digest": found.digest, "indicators": len(items)}
        self._enter(connection, "disclosure-released", found.case_id, by, details)

    def _enter(
        self, connection: Connection, kind: str, case_id: str, by: str, details: dict[str, Any]
    ) -> None:
        self._records.ledger.append(connection, [Entry(kind, case_id, by, written(self._now()), details)])


def disclosable(connection: Connection, case_id: str) -> Case:
    """A case of which something may leave.

    Raises:
        StillwatchError: SW-DISC-03, nobody has decided that it is an attack.
    """
    case = case_at(connection, number_of(connection, case_id))
    if case.decision is not CaseDecision.CONFIRMED or case.state not in _SETTLED:
        raise StillwatchError(
            "nothing leaves before somebody has decided that this case is an attack",
            code="SW-DISC-03",
            where=case_id,
            hint=f"decide it first: stillwatch case decide {case_id}",
        )
    return case
