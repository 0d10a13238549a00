"""The clock at work: appeals that nobody answers go to counsel, by themselves or because somebody sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.appeals.changes import change, enter, waiting
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.casework.people import Act, may
from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.people import People
    from stillwatch.core.appeal import Appeal

CLOCK: Final = "clock"
"""Who sends an appeal to counsel because nobody answered; it decides nothing."""


class Escalation(AppealReader):
    """Sends appeals to counsel.

    Args:
        people: who may; its database and ledger are used.
        deadlines: when it happens by itself.
        now: gives the present moment.
    """

    def __init__(self, people: People, deadlines: Deadlines, *, now: clock.Clock = clock.now) -> None:
        super().__init__(people.database, now=now)
        self._people = people
        self._deadlines = deadlines

    def escalate(self, appeal_id: str, by: str, version: int, *, reason: str) -> Appeal:
        """Send an appeal to counsel before its time.

        Raises:
            StillwatchError: ``by`` may not, it is there already, or it was changed or decided meanwhile.
        """
        appeal = waiting(self.get(appeal_id))
        if not reason.strip():
            raise StillwatchError("this needs a reason", code="SW-APL-13", hint="say it with --reason")
        if appeal.escalated_ts is not None:
            raise StillwatchError("counsel has this appeal already", code="SW-APL-15", where=appeal_id)
        with self.database.write() as connection:
            may(self._people.get(by, connection), Act.RECEIVE_APPEALS)
            return self._escalate(connection, appeal, version, by, reason.strip())

    def overdue(self) -> tuple[Appeal, ...]:
        """Send to counsel what should have been answered long enough ago; returns what went."""
        now = self._now()
        gone = []
        for appeal in self.due_by(self._deadlines.last_due(now)):
            with self.database.write() as connection:
                current = self.get(appeal.appeal_id, connection)
                if self._deadlines.escalates(current, now):
                    why = "nobody answered in time"
                    gone.append(self._escalate(connection, current, current.version, CLOCK, why))
        return tuple(gone)

    def _escalate(self, connection: Connection, appeal: Appeal, version: int, by: str, reason: str) -> Appeal:
        moment = written(self._now())
        changed = change(connection, appeal, version, escalated_ts=moment, escalated_by=by)
        details = {"due": appeal.due_ts, "reason": reason}
        enter(self._people.ledger, connection, "appeal-escalated", appeal.appeal_id, by, moment, details)
        return changed
