"""An appeal in figures, with how it stands with its clock; the account holder's words only where one is looked at."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.appeals.clock import standing
from stillwatch.casework.consequences.telling import draft
from stillwatch.casework.statements.terms import read_terms
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.appeal import Appeal
    from stillwatch.enforcement.case_desk import CaseDesk

TERMS: Final = "terms.toml"


def row_of(appeal: Appeal, now: datetime.datetime) -> dict[str, Any]:
    """An appeal as a row of a list; the words are not in it."""
    left = (datetime.datetime.fromisoformat(appeal.due_ts) - now).total_seconds()
    return {
        "appeal_id": appeal.appeal_id,
        "version": appeal.version,
        "state": appeal.state.value,
        "clock": standing(appeal, now).value,
        "due_ts": appeal.due_ts,
        "left_seconds": round(left) if appeal.waiting else None,
        "account_id": appeal.account_id,
        "case_id": appeal.case_id,
        "owner": appeal.owner,
        "received_ts": appeal.received_ts,
        "filed_by": appeal.filed_by,
        "reference": appeal.reference,
        "escalated_ts": appeal.escalated_ts,
        "escalated_by": appeal.escalated_by,
        "outcome": None if appeal.outcome is None else appeal.outcome.value,
        "reach": None if appeal.reach is None else appeal.reach.value,
        "reason": appeal.reason,
        "decided_by": appeal.decided_by,
        "decided_ts": appeal.decided_ts,
        "earlier": appeal.earlier,
    }


def terms_file(ask: Ask) -> Path:
    """The operator's part of every statement: in the node's folder, else where the console was started."""
    own = ask.office.folder.path / TERMS
    return own if own.is_file() or not Path(TERMS).is_file() else Path(TERMS)


def statement(ask: Ask, desk: CaseDesk, appeal: Appeal, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    """The statement of reasons as it would be issued now, the last one issued, or why there can be none."""
    latest = desk.office.statements.latest(appeal_id=appeal.appeal_id)
    issued = None if latest is None else dataclasses.asdict(latest)
    file = terms_file(ask)
    try:
        terms = read_terms(file)
        found = draft(
            desk.office,
            appeal.account_id,
            desk.measures(appeal.account_id),
            terms,
            ask.now.date(),
            appeal=appeal,
            notes=notes,
        )
    except StillwatchError as error:
        return {
            "issued": issued,
            "draft": None,
            "error": error.message,
            "hint": error.hint,
            "terms": str(file),
        }
    return {"issued": issued, "draft": dataclasses.asdict(found), "terms": str(file)}
