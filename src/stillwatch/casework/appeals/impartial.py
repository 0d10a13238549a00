"""Who must not answer an appeal: everybody who had a part in the measure, in the case, or in an earlier appeal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from stillwatch.casework.people import ApprovalState
from stillwatch.core.case import StepKind
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.cases.store import CaseStore
    from stillwatch.casework.effects.orders import Orders
    from stillwatch.casework.people import Approvals
    from stillwatch.core.appeal import Appeal

Answerable: TypeAlias = Callable[[str], Mapping[str, str]]
"""Who took or approved measures about an account, each with what they did: enforcement's part of the answer."""


class Impartiality:
    """Looks up who had a part.

    Args:
        cases: their histories say who decided.
        approvals: say who asked for something about a case, and who granted it.
        orders: say who ordered measures.
        answerable: says who decided about the account outside of cases.
    """

    def __init__(
        self, cases: CaseStore, approvals: Approvals, orders: Orders, answerable: Answerable
    ) -> None:
        self._cases = cases
        self._approvals = approvals
        self._orders = orders
        self._answerable = answerable

    def involved(self, case_id: str, account_id: str, earlier: tuple[Appeal, ...] = ()) -> dict[str, str]:
        """By name, what somebody did that keeps them from answering an appeal.

        Args:
            case_id: the case; empty for a measure without one.
            account_id: whose measure it is.
            earlier: appeals about the same that were decided before.
        """
        found = dict(self._answerable(account_id))
        found |= {each.decided_by: f"decided {each.appeal_id}" for each in earlier if each.decided_by}
        if not case_id:
            return found
        for step in self._cases.steps(case_id):
            if step.kind is StepKind.DECIDED:
                found[step.by] = f"decided {case_id}"
        for approval in self._approvals.list(None, subject=case_id):
            if approval.state is ApprovalState.GRANTED:
                found[approval.asked_by] = f"asked for {approval.kind} in {case_id}"
            found |= {each.by: f"answered {approval.approval_id}" for each in approval.answers}
        for order in self._orders.of_case(case_id):
            if order.appeal_id:
                continue
            found |= {name: f"ordered {order.order_id}" for name in (order.by, order.approved_by) if name}
        return found


def check_impartial(by: str, involved: Mapping[str, str], appeal_id: str) -> None:
    """Let somebody answer an appeal, or refuse.

    Raises:
        StillwatchError: SW-APL-10, they had a part in what it is about.
    """
    if by in involved:
        raise StillwatchError(
            f"{by} had a part in what this appeal is about: {by} {involved[by]}",
            code="SW-APL-10",
            where=appeal_id,
            hint="another reviewer has to answer it, or counsel",
        )
