"""What cases say about an account that appeals: which one accuses it, and what falls with the accusation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from stillwatch.casework.cases.filters import CaseFilter, Order
from stillwatch.casework.effects.taking_back import Mistake
from stillwatch.core.appeal import Appeal, Reach
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.casework.appeals.reading import AppealReader
    from stillwatch.core.case import Case, CaseAccount

_PAGE: Final = 1_000
_FEW: Final = 20


class Cases(Protocol):
    """The questions to a store of cases that are asked here."""

    def get(self, case_id: str) -> Case:
        """One case; an unknown id is an error that names the nearest."""
        ...

    def list(self, wanted: CaseFilter) -> tuple[Case, ...]:
        """Cases that fit."""
        ...

    def accounts(self, case_id: str, *, after: str = "", most: int = _PAGE) -> tuple[CaseAccount, ...]:
        """Accounts of a case in the order of their ids."""
        ...


class Accusations:
    """Cases as an appeal sees them.

    Args:
        cases: of the lab.
        appeals: those that were decided before.
    """

    def __init__(self, cases: Cases, appeals: AppealReader) -> None:
        self._cases = cases
        self._appeals = appeals

    def case_of(self, account_id: str, case_id: str = "") -> str:
        """The case that holds the account, the one named or the latest; empty where there is none.

        Raises:
            StillwatchError: the case that is named does not exist, or SW-APL-04: it does not hold the account.
        """
        wanted = CaseFilter(account=account_id, order=Order.NEWEST, most=_FEW)
        holding = [case.case_id for case in self._cases.list(wanted) if not case.merged_into]
        if not case_id:
            return holding[0] if holding else ""
        named = self.current(case_id).case_id
        if named not in holding:
            raise StillwatchError(
                f"case {named} does not hold this account",
                code="SW-APL-04",
                where=named,
                hint="leave the case out to have it looked up",
            )
        return named

    def current(self, case_id: str) -> Case:
        """The case that one was merged into, at the end; itself where it was not."""
        case = self._cases.get(case_id)
        while case.merged_into:
            case = self._cases.get(case.merged_into)
        return case

    def mistake(self, appeal: Appeal, reach: Reach, by: str, reason: str) -> Mistake:
        """What is wrong once an appeal is overturned."""
        if not appeal.case_id:
            return Mistake("", appeal.appeal_id, Reach.ACCOUNT, (appeal.account_id,), 0, (), by, reason)
        case = self.current(appeal.case_id)
        members = [each.account_id for each in self.members(case.case_id)]
        whole = reach is Reach.CASE
        cleared = {*case.spared, appeal.account_id, *self._appeals.overturned_accounts(case.case_id)}
        return Mistake(
            case_id=case.case_id,
            appeal_id=appeal.appeal_id,
            reach=reach,
            accounts=tuple(dict.fromkeys([appeal.account_id, *members])) if whole else (appeal.account_id,),
            standing=0 if whole else len(set(members) - cleared),
            campaigns=case.campaigns,
            by=by,
            reason=reason,
        )

    def members(self, case_id: str) -> Iterator[CaseAccount]:
        """Every account of a case, in the order of their ids."""
        after = ""
        while page := self._cases.accounts(case_id, after=after, most=_PAGE):
            yield from page
            after = page[-1].account_id
