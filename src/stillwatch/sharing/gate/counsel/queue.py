"""The queue of texts for counsel: handed in, looked through, released by two people, or refused.

Whoever handed a text in cannot release it. Two others have to, one of them counsel, for exactly the wording that they
saw, each on a legal basis that holds on that day. Every step is an entry in the ledger, in the same transaction; the
ledger carries digests, not texts.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.core.indicator import Marking
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.gate.counsel import rows
from stillwatch.sharing.gate.counsel.items import Approval, Item, ItemState, RefusalReason
from stillwatch.sharing.gate.counsel.roles import Roles, releasing_role
from stillwatch.sharing.gate.counsel.scan import scan
from stillwatch.sharing.gate.texts import digest_of
from stillwatch.storage.ledger import Entry, Ledger

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.sharing.gate.counsel.confirmations import Confirmations
    from stillwatch.storage.sql import SqlDatabase

LONGEST_TITLE: Final = 200
LONGEST: Final = 20_000
"""Characters of a text."""

_EYES: Final = 2


class Counsel:
    """The queue.

    Args:
        database: of the family ``gate``.
        ledger: its ledger.
        roles: which roles a person has; raises for somebody unknown.
        confirmations: the legal bases with what counsel has confirmed.
        policy_version: of the gate, for the entries.
        now: the clock.
    """

    def __init__(
        self,
        database: SqlDatabase,
        ledger: Ledger,
        roles: Roles,
        confirmations: Confirmations,
        policy_version: str,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._roles = roles
        self._confirmations = confirmations
        self._policy = policy_version
        self._now = now

    def put(self, title: str, text: str, marking: Marking, by: str) -> Item:
        """Hand a text in.

        Raises:
            StillwatchError: SW-GATE-10 where it is empty or too long, or may go nowhere.
        """
        self._roles(by)
        _check_text(title, text, marking)
        digest = digest_of(title, text, marking)
        item = Item(
            f"adv-{secrets.token_hex(8)}", title, text, marking, digest, ItemState.WAITING, by, self._stamp()
        )
        found = sorted({finding.subject for finding in scan(f"{title}\n{text}")})
        with self._database.write() as connection:
            rows.add(connection, item)
            self._enter(connection, "gate-queued", item.item_id, by, {"digest": digest, "scan": found})
        return item

    def approve(self, item_id: str, by: str, basis: str, digest: str) -> Item:
        """Say yes to a wording; the second yes releases it.

        Args:
            item_id: which text.
            by: who; not who handed it in, and each person once.
            basis: id of the legal basis it rests on.
            digest: of the wording that ``by`` has seen.

        Raises:
            StillwatchError: SW-GATE-11 it does not wait, 12 own text or said already, 13 another role, 14 another
                wording, 15 a basis that does not hold.
        """
        with self._database.write() as connection:
            item = rows.waiting(connection, item_id)
            role = releasing_role(item, by, self._roles(by))
            _same_wording(item, digest)
            self._holds(basis, connection)
            given = Approval(by, role, basis, item.digest, self._stamp())
            rows.add_approval(connection, item_id, given)
            details: dict[str, Any] = {"digest": item.digest, "basis": basis, "role": role}
            if len(item.approvals) + 1 == _EYES:
                rows.set_state(connection, item_id, ItemState.RELEASED, given.at)
                details["bases"] = sorted({basis, *(each.basis for each in item.approvals)})
                self._enter(connection, "gate-released", item_id, by, details)
            else:
                self._enter(connection, "gate-approved", item_id, by, details)
            return rows.stored(connection, item_id)

    def refuse(self, item_id: str, by: str, reason: RefusalReason) -> Item:
        """Say no; one no is enough. Whoever handed it in may take it back this way.

        Raises:
            StillwatchError: SW-GATE-11 to 13, as ``approve``.
        """
        with self._database.write() as connection:
            item = rows.waiting(connection, item_id)
            role = "author" if by == item.put_by else releasing_role(item, by, self._roles(by))
            rows.set_state(connection, item_id, ItemState.REFUSED, self._stamp())
            details = {"digest": item.digest, "reason": reason.value, "role": role}
            self._enter(connection, "gate-text-refused", item_id, by, details)
            return rows.stored(connection, item_id)

    def get(self, item_id: str) -> Item:
        """One text.

        Raises:
            StillwatchError: SW-GATE-11 where there is none of that id; the nearest is named.
        """
        with self._database.read() as connection:
            return rows.stored(connection, item_id)

    def is_released(self, digest: str) -> bool:
        """Whether two people released a wording, by its digest."""
        with self._database.read() as connection:
            return rows.is_released(connection, digest)

    def items(self, state: ItemState | None = ItemState.WAITING) -> tuple[Item, ...]:
        """Texts in a state, oldest first; all without one."""
        with self._database.read() as connection:
            return rows.in_state(connection, state)

    def _holds(self, basis: str, connection: Connection) -> None:
        bases = self._confirmations.bases(connection)
        today = self._now().date()
        if not bases.may_rest_on(basis, today):
            raise StillwatchError(
                f"the legal basis {basis!r} is {bases.state(basis, today)} on {today}",
                code="SW-GATE-15",
                where=basis,
                hint=f"counsel may confirm it: `stillwatch gate bases --confirm {basis} --until DAY --by NAME`",
                exit_code=ExitCode.GATE_REFUSED,
            )

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: dict[str, Any]
    ) -> None:
        said = {"lane": "counsel", "policy": self._policy, **details}
        self._ledger.append(connection, [Entry(kind, subject, by, self._stamp(), said)])

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="microseconds")


def _check_text(title: str, text: str, marking: Marking) -> None:
    if not title.strip() or not text.strip() or len(title) > LONGEST_TITLE or len(text) > LONGEST:
        raise StillwatchError(
            f"a text for counsel has a title of up to {LONGEST_TITLE} and a body of up to {LONGEST:,} characters",
            code="SW-GATE-10",
        )
    if marking is Marking.RED:
        raise StillwatchError(
            "what is marked TLP:RED goes to nobody but those who were told",
            code="SW-GATE-10",
            hint="choose amber+strict or wider",
        )


def _same_wording(item: Item, digest: str) -> None:
    """That what is approved is what lies there, and what lies there is what was handed in."""
    now = digest_of(item.title, item.text, item.marking)
    if not hmac.compare_digest(digest.encode(), item.digest.encode()) or now != item.digest:
        raise StillwatchError(
            "the wording is not the one that this approval names",
            code="SW-GATE-14",
            where=item.item_id,
            hint="read it again: `stillwatch gate queue --show ID` prints text and digest",
            exit_code=ExitCode.GATE_REFUSED,
        )
