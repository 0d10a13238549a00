"""Answering appeals: claimed by somebody impartial, decided by a person, and acted upon in the same moment.

Every change names the version it saw, and is one transaction with its entry in the ledger. An overturned appeal orders,
in the same transaction, that everything the measure led to is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.casework.appeals.changes import change, enter, waiting
from stillwatch.casework.appeals.impartial import check_impartial
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.casework.cases.overturning import overturn
from stillwatch.casework.people import Act, Role, may
from stillwatch.casework.times import written
from stillwatch.core.appeal import Appeal, AppealState, Outcome, Reach
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.casework.appeals.accused import Accusations
    from stillwatch.casework.appeals.impartial import Impartiality
    from stillwatch.casework.effects.taking_back import Mistake, TakingBack
    from stillwatch.casework.people import People, Person


class Appeals(AppealReader):
    """The appeals of a lab, as those see them who answer.

    Args:
        people: who may; its database and ledger are used.
        accusations: what the cases say about an account.
        impartiality: who had a part in a measure.
        taking_back: undoes what an overturned appeal shows to be wrong.
        now: gives the present moment.
    """

    def __init__(
        self,
        people: People,
        accusations: Accusations,
        impartiality: Impartiality,
        taking_back: TakingBack,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        super().__init__(people.database, now=now)
        self._people = people
        self._accusations = accusations
        self._impartiality = impartiality
        self._taking_back = taking_back

    def claim(self, appeal_id: str, by: str, version: int) -> Appeal:
        """Take an appeal, so that nobody else answers it. Counsel may take over one that was escalated.

        Raises:
            StillwatchError: ``by`` may not, had a part in the measure, or somebody else has it already.
        """
        person, appeal = self._answering(appeal_id, by)
        over = appeal.escalated_ts is not None and Role.COUNSEL in person.roles
        if appeal.owner not in ("", by) and not over:
            raise StillwatchError(
                f"{appeal.owner} has this appeal",
                code="SW-APL-11",
                where=appeal_id,
                hint="take another one; counsel may take over what was escalated",
            )
        with self.database.write() as connection:
            changed = change(connection, appeal, version, state=AppealState.CLAIMED, owner=by)
            details = {"before": appeal.owner}
            enter(
                self._people.ledger,
                connection,
                "appeal-claimed",
                appeal_id,
                by,
                written(self._now()),
                details,
            )
        return changed

    def decide(
        self,
        appeal_id: str,
        outcome: Outcome,
        by: str,
        version: int,
        *,
        reason: str,
        reach: Reach = Reach.ACCOUNT,
    ) -> Appeal:
        """Answer an appeal; only who claimed it may, and no machine can.

        Args:
            appeal_id: which.
            outcome: how it ends.
            by: who answers.
            version: that they saw.
            reason: their own, for the record.
            reach: how much an overturned one takes back.

        Raises:
            StillwatchError: ``by`` may not, has not claimed it, had a part, or gives no reason; or it was changed
                or decided meanwhile.
        """
        _, appeal = self._answering(appeal_id, by)
        overturned = outcome is Outcome.OVERTURNED
        _check_answer(appeal, by, reason, reach if overturned else None)
        mistake = self._accusations.mistake(appeal, reach, by, reason.strip()) if overturned else None
        moment = written(self._now())
        with self.database.write() as connection:
            changed = change(
                connection,
                appeal,
                version,
                state=AppealState.DECIDED,
                outcome=outcome,
                reach=reach if overturned else None,
                reason=reason.strip(),
                decided_by=by,
                decided_ts=moment,
            )
            details = {"outcome": outcome.value, "reach": changed.reach, "reason": changed.reason}
            enter(self._people.ledger, connection, "appeal-decided", appeal_id, by, moment, details)
            if mistake is not None:
                self._overturn(connection, changed, mistake)
        return changed

    def withdraw(self, appeal_id: str, by: str, version: int) -> Appeal:
        """Note that the account holder no longer wants an answer.

        Raises:
            StillwatchError: ``by`` may not, or it was changed or decided meanwhile.
        """
        appeal = waiting(self.get(appeal_id))
        moment = written(self._now())
        with self.database.write() as connection:
            may(self._people.get(by, connection), Act.RECEIVE_APPEALS)
            changed = change(connection, appeal, version, state=AppealState.WITHDRAWN)
            enter(self._people.ledger, connection, "appeal-withdrawn", appeal_id, by, moment, {})
        return changed

    def involved(self, appeal: Appeal) -> dict[str, str]:
        """By name, what somebody did that keeps them from answering it."""
        with self.database.read() as connection:
            earlier = self.decided(appeal.account_id, appeal.case_id, connection)
        others = tuple(each for each in earlier if each.appeal_id != appeal.appeal_id)
        return self._impartiality.involved(appeal.case_id, appeal.account_id, others)

    def _overturn(self, connection: Connection, appeal: Appeal, mistake: Mistake) -> None:
        """Write into the case what the appeal says, and order what had come of it to be taken back."""
        if mistake.case_id:
            overturn(
                connection,
                self._people.ledger,
                mistake.case_id,
                account_id=appeal.account_id,
                reach=mistake.reach,
                appeal_id=appeal.appeal_id,
                by=mistake.by,
                reason=mistake.reason,
                clock=self._now,
            )
        self._taking_back.take_back(connection, mistake)

    def _answering(self, appeal_id: str, by: str) -> tuple[Person, Appeal]:
        """Somebody who may answer an appeal that waits.

        Raises:
            StillwatchError: they may not, or it does not wait.
        """
        person = self._people.get(by)
        may(person, Act.DECIDE_APPEALS)
        appeal = waiting(self.get(appeal_id))
        check_impartial(by, self.involved(appeal), appeal_id)
        return person, appeal


def _check_answer(appeal: Appeal, by: str, reason: str, reach: Reach | None) -> None:
    """Refuse an answer of somebody who has not claimed it, one without a reason, and one that reaches too far.

    Raises:
        StillwatchError: it is such an answer.
    """
    if appeal.owner != by:
        raise StillwatchError(
            f"{by} has not claimed this appeal",
            code="SW-APL-12",
            where=appeal.appeal_id,
            hint=f"claim it first: stillwatch appeal claim {appeal.appeal_id}",
        )
    if not reason.strip():
        raise StillwatchError("an answer needs a reason", code="SW-APL-13", hint="say it with --reason")
    if reach is Reach.CASE and not appeal.case_id:
        raise StillwatchError(
            "this appeal is not against a case, so that none can be overturned with it",
            code="SW-APL-14",
            where=appeal.appeal_id,
            hint="overturn it for the account",
        )
