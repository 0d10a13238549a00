"""One account: what it is called and why, which decisions cover it, which cases hold it, and what it appealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.appeals.filters import AppealFilter
from stillwatch.casework.authorisations.register import Register, Standing
from stillwatch.casework.cases import CaseFilter
from stillwatch.console.accountfile import standing
from stillwatch.console.casefile import why
from stillwatch.console.contract import Page, View
from stillwatch.console.desk import desk_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_MOST: Final = 50


def show(ask: Ask) -> View:
    """Everything that is known here about one account.

    Raises:
        StillwatchError: SW-CON-52, nothing is.
    """
    account = ask.query.get("id", "")[:400]
    if not account:
        return View(data={"account_id": "", "known": False})
    found = standing.verdict_of(ask.office, account)
    desk = desk_of(ask.office)
    cases = ask.office.cases.list(CaseFilter(account=account, most=_MOST))
    decisions = standing.covering(ask, account)
    appeals = desk.office.appeals.list(AppealFilter(states=(), account=account, most=_MOST))
    labels = desk.office.labels.of(account)
    if not (found or cases or decisions or appeals or labels):
        raise StillwatchError(
            f"nothing is known here about the account '{account[:80]}'",
            code="SW-CON-52",
            hint="it may not have been seen yet, or its data was deleted when its time was over; search for another",
        )
    seen = standing.in_case(ask.office, cases[0], account) if cases else None
    reasons = () if found is None else found.reasons
    data: dict[str, Any] = {
        "account_id": account,
        "known": True,
        "verdict": None if found is None else standing.as_row(found),
        "why": why.sides(reasons),
        "part": None if seen is None else seen.data,
        "details": standing.details(ask.office, account),
        "decisions": decisions,
        "cases": [
            {
                "case_id": each.case_id,
                "state": each.state.value,
                "decision": None if each.decision is None else each.decision.value,
                "accounts": each.accounts,
                "owner": each.owner,
                "spared": account in each.spared,
            }
            for each in cases
        ],
        "appeals": [
            {
                "appeal_id": each.appeal_id,
                "state": each.state.value,
                "outcome": None if each.outcome is None else each.outcome.value,
                "received_ts": each.received_ts,
                "case_id": each.case_id,
            }
            for each in appeals
        ],
        "labels": [dataclasses.asdict(each) for each in labels],
        "authorisations": _authorisations(ask, account),
    }
    drawings = why.bars(reasons) if reasons else {}
    if seen is not None and seen.drawing is not None:
        drawings["when"] = seen.drawing
    return View(data=data, title="Account", drawings=drawings, subject=account)


def _authorisations(ask: Ask, account: str) -> list[dict[str, Any]]:
    """Permissions in force that name the account."""
    found = Register(ask.office.records, ask.office.now).versions()
    return [
        {"authorisation_id": each.authorisation.authorisation_id, "name": each.authorisation.name}
        for each in found
        if each.standing is Standing.IN_FORCE and account in each.authorisation.accounts
    ]


PAGE: Final = Page(name="account", path="/account", title="Account", handler=show, under="/queue")
