"""Where appeals come in: by the lab's own support system on the account holder's behalf, or by hand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import sqlalchemy

from stillwatch import clock
from stillwatch.casework.alone import Turn, alone
from stillwatch.casework.appeals.changes import enter
from stillwatch.casework.appeals.filing import Filing, checked
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.casework.appeals.tokens import digest_of, new_token
from stillwatch.casework.people import Act, may
from stillwatch.casework.tables.appeals import APPEAL_KEYS, APPEAL_TOKENS, APPEALS
from stillwatch.casework.times import written
from stillwatch.core.appeal import Appeal, AppealState
from stillwatch.core.names import new_id
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.appeals.accused import Accusations
    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.people import People


@dataclasses.dataclass(frozen=True, slots=True)
class Filed:
    """An appeal that was taken in.

    Attributes:
        token: with it the account holder reads how it stands; it cannot be had again.
        new: whether it was not known before.
    """

    appeal: Appeal
    token: str
    new: bool


class Intake(AppealReader):
    """Takes appeals in.

    Args:
        people: who may; its database and ledger are used.
        accusations: finds the case.
        deadlines: by when an appeal is due.
        now: gives the present moment.
    """

    def __init__(
        self, people: People, accusations: Accusations, deadlines: Deadlines, *, now: clock.Clock = clock.now
    ) -> None:
        super().__init__(people.database, now=now)
        self._people = people
        self._accusations = accusations
        self._deadlines = deadlines

    def file(self, filing: Filing, by: str) -> Filed:
        """Take an appeal in; a second one about a measure that has one waiting is the same appeal.

        Args:
            filing: what came in.
            by: who brings it in: the support system, or somebody of the lab.

        Raises:
            StillwatchError: something in it is wrong, or ``by`` may not.
        """
        filing = checked(filing)
        case_id = self._accusations.case_of(filing.account_id, filing.case_id)
        now = self._now()
        with self.database.write() as connection:
            may(self._people.get(by, connection), Act.RECEIVE_APPEALS)
            alone(connection, Turn.FILING)
            known = self._known(connection, filing, case_id, by)
            if known is not None:
                return Filed(known, self._token(connection, known.appeal_id), new=False)
            appeal = Appeal(
                appeal_id=new_id("apl", now.timestamp()),
                version=1,
                state=AppealState.RECEIVED,
                account_id=filing.account_id,
                case_id=case_id,
                words=filing.words,
                reference=filing.reference.strip(),
                filed_by=by,
                received_ts=written(now),
                due_ts=self._deadlines.due(now),
                earlier=len(self.decided(filing.account_id, case_id, connection)),
            )
            connection.execute(sqlalchemy.insert(APPEALS).values(dataclasses.asdict(appeal)))
            if filing.key:
                row = {"digest": digest_of(by, filing.key), "appeal_id": appeal.appeal_id}
                connection.execute(sqlalchemy.insert(APPEAL_KEYS).values(row))
            token = self._token(connection, appeal.appeal_id)
            # the words stay out of the ledger, which nobody can take them out of again
            details = {"case": case_id, "due": appeal.due_ts, "words": digest_of(appeal.words)}
            enter(
                self._people.ledger,
                connection,
                "appeal-filed",
                appeal.appeal_id,
                by,
                appeal.received_ts,
                details,
            )
        return Filed(appeal, token, new=True)

    def _known(self, connection: Connection, filing: Filing, case_id: str, by: str) -> Appeal | None:
        """The appeal that this filing repeats.

        Raises:
            StillwatchError: the key belongs to another account's appeal.
        """
        keys = sqlalchemy.select(APPEAL_KEYS.c.appeal_id).where(
            APPEAL_KEYS.c.digest == digest_of(by, filing.key)
        )
        waiting = sqlalchemy.select(APPEALS.c.appeal_id).where(
            APPEALS.c.account_id == filing.account_id,
            APPEALS.c.case_id == case_id,
            APPEALS.c.state.in_((AppealState.RECEIVED.value, AppealState.CLAIMED.value)),
        )
        name = connection.scalar(keys) if filing.key else None
        name = connection.scalar(waiting) if name is None else name
        if name is None:
            return None
        known = self.get(name, connection)
        if known.account_id != filing.account_id:
            raise StillwatchError(
                "this key was used for another account's appeal", code="SW-APL-03", hint="use a key once"
            )
        return known

    def _token(self, connection: Connection, appeal_id: str) -> str:
        token = new_token()
        row = {"digest": digest_of(token), "appeal_id": appeal_id, "made_ts": written(self._now())}
        connection.execute(sqlalchemy.insert(APPEAL_TOKENS).values(row))
        return token
