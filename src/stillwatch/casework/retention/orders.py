"""Orders to keep the text of one case: asked for by one person, granted by counsel, carried out once, and ended.

Whatever happens to an order stands in the ledger: who asked and why, who granted it (`people.approvals`), which files
with which digests came of it, who read them, and that and when they were destroyed.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import Connection, insert, update

from stillwatch import clock
from stillwatch.casework.cases.acts import words_of
from stillwatch.casework.cases.writing import Writing, number_of_case, writing
from stillwatch.casework.evidence import snapshots
from stillwatch.casework.people import Act, ApprovalKind, may
from stillwatch.casework.retention import book
from stillwatch.casework.retention.order import LONGEST_DAYS, Order, OrderState, Proof
from stillwatch.casework.tables import retention as tables
from stillwatch.casework.times import written
from stillwatch.core.case import StepKind
from stillwatch.detection.replay.recorded import campaign_from
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.casework.retention.vault import Vault
    from stillwatch.detection.replay.recorded import Exemplar

PROGRAM: Final = "retention"
"""Who acts where an order has run out and nobody did."""


class Orders:
    """The orders of a casework database.

    Args:
        records: database, ledger, people and approvals.
        vault: where text lies.
        now: the clock.
    """

    def __init__(self, records: Records, vault: Vault, *, now: clock.Clock = clock.now) -> None:
        self._records = records
        self._vault = vault
        self._now = now

    def ask(self, case_id: str, by: str, *, reason: str, days: int) -> Order:
        """Ask to keep the text of a case's exemplars; counsel has to grant it.

        Raises:
            StillwatchError: SW-CASE-01, there is no such case; SW-EVID-24, it is for too long; or ``by`` may not ask.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise StillwatchError(
                f"text can be kept for 1 to {LONGEST_DAYS} days",
                code="SW-EVID-24",
                where=f"{days} days",
                hint="ask again when they are over, if it is still needed",
            )
        reason = words_of(reason, "a reason")
        with self._writing() as here:
            case = here.case(case_id)
            wanted = {
                "order_id": f"ret-{secrets.token_hex(6)}",
                "number": number_of_case(case),
                "by": by,
                "reason": reason,
                "days": days,
                "evidence": case.evidence,
            }
            digest = book.payload_digest(wanted)
            approval = self._records.approvals.ask(
                here.connection, ApprovalKind.RETENTION_ORDER, case.case_id, digest, by
            )
            row = wanted | {
                "approval_id": approval,
                "payload_digest": digest,
                "state": OrderState.ASKED.value,
                "asked_ts": here.ts,
                "key_id": "",
                "files": "{}",
            }
            here.connection.execute(insert(tables.orders), row)
            details = {"order": wanted["order_id"], "approval": approval, "days": days, "reason": reason}
            here.enter("retention-asked", case.case_id, by, here.ts, details)
            return book.found(here.connection, str(wanted["order_id"]))

    def exemplars(self, order_id: str) -> tuple[Exemplar, ...]:
        """The exchanges whose text an order is about."""
        with self._records.database.read() as connection:
            order = book.found(connection, order_id)
            return campaign_from(snapshots.content_of(connection, order.evidence)).exemplars

    def ready(self, order_id: str, by: str) -> Order:
        """An order that may be carried out now.

        Raises:
            StillwatchError: SW-EVID-26, it was not granted for exactly this; SW-EVID-27, it was carried out or ended.
        """
        with self._records.database.read() as connection:
            may(self._records.people.get(by, connection), Act.READ_EVIDENCE)
            return self._ready(connection, order_id)

    def carry_out(self, order_id: str, by: str, texts: Sequence[dict[str, Any]]) -> Order:
        """Keep texts, encrypted, for as long as the order says.

        Raises:
            StillwatchError: as ``ready``; or SW-EVID-28, there is nothing to keep; or the vault cannot keep it.
        """
        order = self.ready(order_id, by)
        if not texts:
            raise StillwatchError(
                "the logs hold none of the exchanges that the order is about",
                code="SW-EVID-28",
                where=order.order_id,
                hint="name the logs that the case was opened from",
            )
        text = b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in texts)
        files = self._vault.keep(order.order_id, text)
        try:
            with self._writing() as here:
                self._ready(here.connection, order_id)
                until = written(here.now + datetime.timedelta(days=order.days))
                self._set(
                    here.connection,
                    order.order_id,
                    state=OrderState.KEPT.value,
                    kept_ts=here.ts,
                    until_ts=until,
                    files=orjson.dumps(files, option=orjson.OPT_SORT_KEYS).decode(),
                )
                details = {"order": order.order_id, "files": files, "exchanges": len(texts), "until": until}
                words = f"text of {len(texts)} exchanges kept until {until[:16]}Z by order {order.order_id}"
                self._note(here, order, StepKind.RETAINED, by, words, details)
        except StillwatchError:
            self._vault.destroy(order.order_id)
            raise
        return self.get(order_id)

    def read(self, order_id: str, person: Person, why: str) -> bytes:
        """The kept text as JSON lines; the ledger says who read it before they do.

        Raises:
            StillwatchError: SW-EVID-25, there is no such order; SW-EVID-29, its time is over; or they may not.
        """
        order = self.get(order_id)
        if (
            order.state is OrderState.KEPT
            and order.until_ts is not None
            and self._present() >= order.until_ts
        ):
            raise StillwatchError(
                "the time of this order is over",
                code="SW-EVID-29",
                where=order.order_id,
                hint=f"destroy the text: stillwatch case shred {order.order_id}",
            )
        with self._records.people.reading(person, order.case_id, f"retained text {order.order_id}", why):
            return self._vault.read(order.order_id)

    def shred(self, order_id: str, by: str) -> Order:
        """Destroy the text of an order, or give up one that was not carried out.

        Raises:
            StillwatchError: SW-EVID-25, there is no such order; SW-EVID-20, a file cannot be removed.
        """
        if by != PROGRAM:
            may(self._records.people.get(by), Act.READ_EVIDENCE)
        order = self.get(order_id)
        if order.state is OrderState.SHREDDED:
            return order
        self._vault.destroy(order.order_id)
        with self._writing() as here:
            self._set(here.connection, order.order_id, state=OrderState.SHREDDED.value, shredded_ts=here.ts)
            details = {"order": order.order_id, "files": order.files, "until": order.until_ts}
            words = (
                f"text of order {order.order_id} destroyed"
                if order.files
                else f"order {order.order_id} given up"
            )
            self._note(here, order, StepKind.SHREDDED, by, words, details)
        return self.get(order_id)

    def shred_expired(self, by: str = PROGRAM) -> tuple[Order, ...]:
        """Destroy the text of every order whose time is over."""
        over = [
            o for o in self.list() if o.state is OrderState.KEPT and (o.until_ts or "") <= self._present()
        ]
        return tuple(self.shred(order.order_id, by) for order in over)

    def check(self, order_id: str) -> Proof:
        """Check again that the text of an order is gone and that the ledger says so.

        Raises:
            StillwatchError: SW-EVID-25, there is no such order.
        """
        order = self.get(order_id)
        entries = [
            (logged.index, logged.entry)
            for logged in self._records.ledger.about(order.case_id)
            if logged.entry.details.get("order") == order.order_id
        ]
        kept = [entry.details["files"] for _, entry in entries if entry.kind == f"case-{StepKind.RETAINED}"]
        shredded = [index for index, entry in entries if entry.kind == f"case-{StepKind.SHREDDED}"]
        files = dict(kept[-1]) if kept else {}
        problems = [f"{name} is still there" for name in self._vault.traces(order.order_id, files)]
        if not shredded:
            problems.append("the ledger has no entry of its destruction")
        if files != order.files:
            problems.append("the database names other files than the ledger")
        return Proof(order, shredded[-1] if shredded else None, files, tuple(problems))

    def get(self, order_id: str) -> Order:
        """One order.

        Raises:
            StillwatchError: SW-EVID-25, there is none; the nearest is named.
        """
        with self._records.database.read() as connection:
            return book.found(connection, order_id)

    def list(self, case_id: str | None = None) -> tuple[Order, ...]:
        """Orders, of one case or of all, the oldest first."""
        with self._records.database.read() as connection:
            found = book.everything(connection)
        return tuple(order for order in found if case_id in (None, order.case_id))

    def _ready(self, connection: Connection, order_id: str) -> Order:
        order = book.found(connection, order_id)
        if order.state is not OrderState.ASKED:
            raise StillwatchError(
                f"this order is {order.state} already",
                code="SW-EVID-27",
                where=order.order_id,
                hint="ask for another",
            )
        digest = book.digest_of(connection, order)
        if not self._records.approvals.granted(order.approval_id, digest, connection):
            raise StillwatchError(
                "counsel has not granted this order",
                code="SW-EVID-26",
                where=order.approval_id,
                hint=f"they do so with: stillwatch approvals approve {order.approval_id}",
            )
        return order

    def _set(self, connection: Connection, order_id: str, **values: Any) -> None:
        table = tables.orders
        connection.execute(update(table).where(table.c.order_id == order_id).values(values))

    def _note(
        self, here: Writing, order: Order, kind: StepKind, by: str, words: str, details: dict[str, Any]
    ) -> None:
        """In the case's history and in the ledger; the case itself is as it was."""
        case = here.case(order.case_id)
        here.step(number_of_case(case), here.ts, by, kind, words, case.version)
        here.enter(kind, order.case_id, by, here.ts, details)

    def _present(self) -> str:
        """The present moment; a clock that was set back does not make an order last longer than the ledger knows."""
        size = self._records.ledger.size()
        last = [logged.entry.ts for logged in self._records.ledger.entries(max(size - 1, 0), size)]
        return max(written(self._now()), *(written(datetime.datetime.fromisoformat(ts)) for ts in last))

    def _writing(self) -> Any:
        return writing(self._records.database, self._records.ledger, self._now)
