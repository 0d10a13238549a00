"""From a case to enforcement: simulated first, then for a time, and without end only with a second person.

- **shadow**: whoever works on the case may simulate a measure before anything is decided.
- **for a time**: the case has to be confirmed.
- **without end**: a block alone; the case has to be confirmed, and a reviewer has to approve exactly this list of
  accounts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.casework.effects.codec import digest_of
from stillwatch.casework.effects.limits import check_limits
from stillwatch.casework.effects.model import Ending, Measure, Order, OrderState
from stillwatch.casework.people import Act, ApprovalKind, ApprovalState, may
from stillwatch.casework.times import written
from stillwatch.core.case import CaseDecision, CaseState
from stillwatch.core.decision import Action, Limits, Mode
from stillwatch.core.names import new_id
from stillwatch.core.verdict import Call
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.appeals.accused import Accusations
    from stillwatch.casework.appeals.reading import AppealReader
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.records import Records
    from stillwatch.core.case import Case


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A measure as somebody wants it.

    Attributes:
        ttl: seconds; None for a block without end.
        watched: whether accounts on watch are meant, too.
    """

    action: Action
    mode: Mode
    ttl: float | None
    reason: str
    limits: Limits = dataclasses.field(default_factory=Limits)
    watched: bool = False


class Measures:
    """Orders that cases give.

    Args:
        records: with people and approvals.
        orders: where they are kept.
        accusations: the cases.
        appeals: who was found honest.
        now: gives the present moment.
    """

    def __init__(
        self,
        records: Records,
        orders: Orders,
        accusations: Accusations,
        appeals: AppealReader,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        self._records = records
        self._orders = orders
        self._accusations = accusations
        self._appeals = appeals
        self._now = now

    def preview(self, case_id: str, wanted: Wanted) -> Measure:
        """What exactly would be ordered.

        Raises:
            StillwatchError: there is no such case, it does not carry such a measure now, or the measure could not be
                carried out.
        """
        case = self._accusations.current(case_id)
        _check(case, wanted)
        accounts = self._accounts(case, wanted)
        if not accounts:
            raise StillwatchError(
                "nobody in this case is left to act on",
                code="SW-APL-44",
                where=case.case_id,
                hint="accounts on watch, spared or cleared ones, and those that joined after the decision are left out",
            )
        latest = case.campaigns[0] if case.campaigns else ""
        reason = wanted.reason.strip()
        return Measure(accounts, wanted.action, wanted.mode, wanted.ttl, reason, wanted.limits, latest)

    def order(self, case_id: str, wanted: Wanted, by: str, version: int) -> Order:
        """Order a measure; one without end waits for a second person.

        Args:
            case_id: which case.
            wanted: what is to be done.
            by: who answers for it.
            version: of the case, as they saw it.

        Raises:
            StillwatchError: as ``preview``; or ``by`` may not, or the case was changed since.
        """
        measure = self.preview(case_id, wanted)
        case = self._accusations.current(case_id)
        if case.version != version:
            raise StillwatchError(
                f"this case was changed since version {version}",
                code="SW-APL-45",
                where=case.case_id,
                hint=f"look at it again: stillwatch case show {case.case_id}",
            )
        now = self._now()
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.DECIDE_CASES)
            approval = ""
            if measure.ttl is None:
                kind, digest = ApprovalKind.PERMANENT_BLOCK, digest_of(measure)
                approval = self._records.approvals.ask(connection, kind, case.case_id, digest, by)
            order = Order(
                order_id=new_id("ord", now.timestamp()),
                case_id=case.case_id,
                appeal_id="",
                by=by,
                approved_by="",
                content=measure,
                ordered_ts=written(now),
                approval_id=approval,
                state=OrderState.ASKED if approval else OrderState.WAITING,
            )
            self._orders.give(connection, order)
        return order

    def lift(self, case_id: str, order_id: str, by: str, reason: str) -> Order:
        """End a measure of a case before its time; one that still waits for a second person is taken back.

        Returns:
            The order that ends it, or the one that was taken back.

        Raises:
            StillwatchError: SW-APL-46, the case has no such measure that stands; ``by`` may not, or gives no reason.
        """
        if not reason.strip():
            raise StillwatchError("lifting needs a reason", code="SW-APL-40", hint="say it with --reason")
        case, order = self._accusations.current(case_id), self._orders.get(order_id)
        measure = order.content
        if (
            order.case_id != case.case_id
            or not isinstance(measure, Measure)
            or order.state is OrderState.REFUSED
            or self._lifted(order)
        ):
            raise StillwatchError(
                f"{case.case_id} has no measure {order_id} that stands",
                code="SW-APL-46",
                where=case.case_id,
                hint=f"see what it ordered: stillwatch case show {case.case_id}",
            )
        now = self._now()
        with self._records.database.write() as connection:
            may(self._records.people.get(by, connection), Act.DECIDE_CASES)
            if order.state is OrderState.ASKED:
                self._records.approvals.refuse(connection, order.approval_id, by, reason.strip())
            else:
                ending = Order(
                    order_id=new_id("ord", now.timestamp()),
                    case_id=case.case_id,
                    appeal_id="",
                    by=by,
                    approved_by="",
                    content=Ending(order_id, measure.accounts, reason.strip()),
                    ordered_ts=written(now),
                )
                self._orders.give(connection, ending)
                return ending
        self.release()  # notes that the approval was refused
        return self._orders.get(order_id)

    def _lifted(self, order: Order) -> bool:
        """Whether somebody ordered a measure to be ended already."""
        given = self._orders.of_case(order.case_id)
        return any(
            isinstance(each.content, Ending) and each.content.order_id == order.order_id for each in given
        )

    def release(self) -> tuple[Order, ...]:
        """Let go to enforcement what a second person has granted, and end what they refused; returns what went."""
        gone = []
        for order in self._orders.asked():
            approval = self._records.approvals.get(order.approval_id)
            if approval.state in (ApprovalState.REFUSED, ApprovalState.LAPSED):
                self._orders.refused(order, f"{order.approval_id} is {approval.state}")
                continue
            if not self._records.approvals.granted(order.approval_id, digest_of(order.content)):
                continue
            cleared = self._appeals.overturned_accounts(order.case_id) & set(order.content.accounts)
            innocent = self._accusations.current(order.case_id).decision is not CaseDecision.CONFIRMED
            if cleared or innocent:
                why = "an account in it was cleared" if cleared else "the case is no longer confirmed"
                self._orders.refused(order, f"{why} since it was asked for; ask anew for the others")
                continue
            self._orders.approved(order, approval.answers[-1].by)
            gone.append(order)
        return tuple(gone)

    def _accounts(self, case: Case, wanted: Wanted) -> tuple[str, ...]:
        """Whom the measure is about: those that were decided about, but for spared and cleared ones."""
        left_out = {*case.spared, *self._appeals.overturned_accounts(case.case_id)}
        acts = wanted.mode is Mode.ENFORCE
        return tuple(
            each.account_id
            for each in self._accusations.members(case.case_id)
            if each.account_id not in left_out
            and each.present
            and (each.covered or not acts)
            and (wanted.watched or each.verdict is Call.ATTACK)
        )


def _check(case: Case, wanted: Wanted) -> None:
    """Refuse what the case does not carry, and what could not be carried out.

    Raises:
        StillwatchError: it does not, or could not.
    """
    if not wanted.reason.strip():
        raise StillwatchError("a measure needs a reason", code="SW-APL-40", hint="say it with --reason")
    if wanted.ttl is None and (wanted.action is not Action.BLOCK or wanted.mode is not Mode.ENFORCE):
        raise StillwatchError(
            "only a block that acts can be without end", code="SW-APL-41", hint="say how long with --for"
        )
    check_limits(wanted.action, wanted.limits)
    if case.decision is CaseDecision.INNOCENT:
        raise StillwatchError(
            "this case was decided to be innocent",
            code="SW-APL-42",
            where=case.case_id,
            hint="reopen it if there is new evidence",
        )
    confirmed = case.decision is CaseDecision.CONFIRMED and case.state in (
        CaseState.DECIDED,
        CaseState.CLOSED,
    )
    if wanted.mode is Mode.ENFORCE and not confirmed:
        raise StillwatchError(
            "only a confirmed case carries a measure that acts",
            code="SW-APL-43",
            where=case.case_id,
            hint="simulate it with --shadow, or decide the case first: stillwatch case decide",
        )
