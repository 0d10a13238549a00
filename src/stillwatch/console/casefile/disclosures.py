"""What of a case was asked to leave the lab, and how far that got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.casework.disclosure.reading import disclosures_of
from stillwatch.casework.outbox.store import Outbox

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Disclosure
    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case


def of_case(ask: Ask, case: Case | None) -> list[dict[str, Any]]:
    """Disclosures of a case or of all, the latest first."""
    records = ask.office.records
    with records.database.read() as connection:
        found = disclosures_of(connection, records.approvals, None if case is None else case.case_id)
    outbox = Outbox(records.database)
    return [row_of(each, outbox) for each in reversed(found)]


def row_of(found: Disclosure, outbox: Outbox) -> dict[str, Any]:
    """One disclosure as a row."""
    sent: dict[str, int] = {}
    for item in outbox.of_cause(found.disclosure_id):
        sent[item.state.value] = sent.get(item.state.value, 0) + 1
    return {
        "disclosure_id": found.disclosure_id,
        "case_id": found.case_id,
        "stage": found.stage.value,
        "needs": list(found.needs),
        "indicators": len(found.indicators),
        "destination": found.destination,
        "marking": found.marking.value,
        "requested_by": found.requested_by,
        "requested_ts": found.requested_ts,
        "sending": sent,
    }
