"""Telling an account holder: the statement of reasons about an appeal or a measure, drafted from what stands now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stillwatch.casework.statements.compose import compose
from stillwatch.casework.statements.guard import check_note
from stillwatch.casework.statements.model import Answered
from stillwatch.detection.registry import detectors

if TYPE_CHECKING:
    import datetime

    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.statements.model import MeasureFact, Statement
    from stillwatch.casework.statements.terms import Terms
    from stillwatch.core.appeal import Appeal


def draft(
    office: Office,
    account_id: str,
    measures: Sequence[MeasureFact],
    terms: Terms,
    today: datetime.date,
    *,
    appeal: Appeal | None = None,
    notes: Sequence[str] = (),
) -> Statement:
    """The statement as it would be issued now.

    Args:
        office: cases and appeals.
        account_id: whom it is for.
        measures: in force about them.
        terms: the operator's part.
        today: its date.
        appeal: what it answers; None for a measure that nobody appealed against.
        notes: further facts in the words of whoever issues it.

    Raises:
        StillwatchError: SW-APL-3.., a note says what must not be said.
    """
    case_id = case_of(office, account_id, appeal)
    names = [word for name, found in detectors().items() for word in (name, found.title)]
    accounts = [each.account_id for each in office.accusations.members(case_id)] if case_id else []
    checked = [check_note(note, names, accounts, account_id) for note in notes]
    return compose(account_id, measures, terms, today, answered=answered(appeal), notes=checked)


def case_of(office: Office, account_id: str, appeal: Appeal | None) -> str:
    """The case that a statement is about; empty for none."""
    return office.accusations.case_of(account_id) if appeal is None else appeal.case_id


def answered(appeal: Appeal | None) -> Answered | None:
    """How the appeal ended; None while it waits."""
    if appeal is None or appeal.outcome is None or appeal.decided_ts is None:
        return None
    return Answered(appeal.outcome, appeal.reach, appeal.decided_ts[:10])
