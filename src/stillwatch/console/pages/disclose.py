"""What of a case would leave: exactly that, what stays and why, and the question to two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.casefile import disclosures
from stillwatch.console.contract import Action, Done, Page, View
from stillwatch.console.outward.door import door_of, membership_of, ports
from stillwatch.console.outward.drafts import drafts_of
from stillwatch.console.outward.rows import FAR, draft_rows
from stillwatch.core.case import CaseDecision
from stillwatch.core.indicator import Marking
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def show(ask: Ask) -> View:
    """How far it is, and what came of it."""
    office = ask.office
    case = office.cases.get(ask.parts["case_id"])
    hub: dict[str, Any] | None
    try:
        member = membership_of(office)
        hub = {"name": member.name, "url": member.url, "identity": member.identity}
        trouble = ""
    except StillwatchError as error:
        hub, trouble = None, f"{error.message}. {error.hint}"
    work = drafts_of(office).of(case)
    draft = None if work is None or work.draft is None else work.draft
    body = b""
    if draft is not None and draft.indicators:
        body = ports(office).envelope(draft.indicators, ask.now.date())
    return View(
        data={
            "case_id": case.case_id,
            "confirmed": case.decision is CaseDecision.CONFIRMED and not case.waiting,
            "hub": hub,
            "trouble": trouble,
            "logs": len(office.options.logs),
            "markings": [{"marking": each.value, "for": words} for each, words in FAR.items()],
            "running": None
            if work is None or not work.running
            else {"begun_ts": work.begun_ts, "by": work.by},
            "error": None
            if work is None or work.error is None
            else {"message": work.error.message, "hint": work.error.hint},
            "draft": None if draft is None else draft_rows(draft),
            "body": body.decode(),
            "disclosures": disclosures.of_case(ask, case),
        },
        title=f"What of {case.case_id} would leave",
        subject=case.case_id,
    )


def make(ask: Ask, form: Form) -> Done:
    """Begin to put it together."""
    case = ask.office.cases.get(ask.parts["case_id"])
    if not ask.office.options.logs:
        raise StillwatchError(
            "this console was not told where the logs are",
            code="SW-CON-54",
            where="--logs",
            hint="start it with --logs LOGS, or ask on the command line: stillwatch disclose request",
        )
    ports(ask.office)  # what cannot be used is said now, not later
    marking = form.word("marking", Marking)
    drafts_of(ask.office).begin(ask.office, case, marking, ask.person.name, ask.now_ts)
    return Done(f"/cases/{case.case_id}/disclose")


def request(ask: Ask, form: Form) -> Done:
    """Ask a reviewer and counsel to approve exactly what is shown."""
    del form
    case = ask.office.cases.get(ask.parts["case_id"])
    work = drafts_of(ask.office).of(case)
    if work is None or work.draft is None:
        raise StillwatchError(
            "nothing was put together for the case as it stands",
            code="SW-CON-55",
            where=case.case_id,
            hint="put it together anew and look at it",
            exit_code=ExitCode.USAGE,
        )
    member = membership_of(ask.office)
    made = door_of(ask.office).request(work.draft, member.name, member.identity, ask.person.name)
    return Done(
        f"/disclosures/{made.disclosure_id}",
        f"Asked for: {len(made.indicators)} indicators. A reviewer and counsel have to approve exactly these bytes.",
    )


PAGE: Final = Page(
    name="disclose",
    path="/cases/{case_id}/disclose",
    title="What would leave",
    handler=show,
    under="/queue",
    act=Act.READ_EVIDENCE,
    actions=(
        Action(path="/cases/{case_id}/disclose/draft", act=Act.DISCLOSE, handler=make, reason=False),
        Action(path="/cases/{case_id}/disclose/request", act=Act.DISCLOSE, handler=request, reason=False),
    ),
)
