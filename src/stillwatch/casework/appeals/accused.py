"""What cases say about an account that appeals: which one accuses it, and what falls with the accusation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from stillwatch.casework.cases.rows import case_id_of
from stillwatch.casework.effects.taking_back import Mistake
from stillwatch.casework.tables import cases as tables
from stillwatch.core.appeal import Appeal, Reach
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.casework.appeals.reading import AppealReader
    from stillwatch.casework.cases.store import CaseStore
    from stillwatch.core.case import Case, CaseAccount

_PAGE: Final = 1_000


class Accusations:
    """Cases as an appeal sees them.

    Args:
        cases: of the lab.
        appeals: those that were decided before.
    """

    def __init__(self, cases: CaseStore, appeals: AppealReader) -> None:
        self._cases = cases
        self._appeals = appeals

    def case_of(self, account_id: str, case_id: str = "") -> str:
        """The case that holds the account, the one named or the latest; empty where there is none.

        Raises:
            StillwatchError: the case that is named does not exist, or SW-APL-04: it does not hold the account.
        """
        holding = self._holding(account_id)
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

    def _holding(self, account_id: str) -> list[str]:
        """Cases that hold an account or held it once, the latest first; those that were merged are left out."""
        held, cases = tables.accounts, tables.cases
        query = select(cases.c.number).where(
            cases.c.merged_into.is_(None),
            cases.c.number.in_(select(held.c.number).where(held.c.account_id == account_id)),
        )
        with self._cases.database.read() as connection:
            return [
                case_id_of(number) for number in connection.scalars(query.order_by(cases.c.number.desc()))
            ]

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
