"""Exchanges behind a case, by their ids: whoever looks is entered in the ledger before anything is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Act
from stillwatch.console.casefile.record import record_of
from stillwatch.console.contract import Page, View

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """The exemplars of the latest evidence."""
    case = ask.office.cases.get(ask.parts["case_id"])
    record = record_of(ask.office, case)
    rows: list[dict[str, str]] = []
    if record is not None:
        with ask.office.people.reading(ask.person, case.case_id, "exemplars", ask.text("why")):
            rows = [
                {"account_id": each.account_id, "request_id": each.request_id, "ts": each.ts}
                for each in record.exemplars
            ]
    return View(
        data={"case_id": case.case_id, "evidence": case.evidence, "exemplars": rows},
        title=f"Exchanges behind {case.case_id}",
        subject=case.case_id,
    )


PAGE: Final = Page(
    name="exemplars",
    path="/cases/{case_id}/exemplars",
    title="Exchanges behind a case",
    handler=show,
    under="/queue",
    act=Act.READ_EVIDENCE,
)
