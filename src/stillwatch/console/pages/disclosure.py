"""One disclosure: the exact bytes, their digest, and the answers of two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.disclosure.model import Stage
from stillwatch.casework.disclosure.reading import disclosure_at
from stillwatch.casework.outbox.store import Outbox
from stillwatch.casework.people import Act
from stillwatch.console.casefile.disclosures import row_of
from stillwatch.console.contract import Action, Done, Page, View
from stillwatch.console.outward.door import door_of
from stillwatch.console.outward.rows import FAR, indicator_rows

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Disclosure
    from stillwatch.casework.people import Approval
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def show(ask: Ask) -> View:
    """What leaves, to whom, how it is marked, and who said what to it."""
    records = ask.office.records
    with records.database.read() as connection:
        found = disclosure_at(connection, records.approvals, ask.parts["disclosure_id"])
    approval = records.approvals.get(found.approval_id)
    data: dict[str, Any] = {
        "disclosure": row_of(found, Outbox(records.database))
        | {
            "digest": found.digest,
            "size": len(found.body),
            "author": found.author,
            "for": FAR[found.marking],
            "case_version": found.case_version,
            "evidence": found.evidence,
            "released_ts": found.released_ts,
        },
        "indicators": indicator_rows(found.indicators),
        "answers": [
            {
                "by": each.by,
                "role": each.role,
                "approved": each.approved,
                "reason": each.reason,
                "ts": each.ts,
            }
            for each in approval.answers
        ],
        "body": found.body.decode(),
        "may": _may(ask, found, approval),
    }
    return View(data=data, title=f"Disclosure of {found.case_id}", subject=found.disclosure_id)


def _may(ask: Ask, found: Disclosure, approval: Approval) -> dict[str, bool]:
    """What the person may do with it: nobody approves what they asked for, nobody fills two needs."""
    waits = found.stage is Stage.WAITING
    answered = any(each.by == ask.person.name for each in approval.answers)
    fits = any(role in ask.person.roles for role in approval.open_needs())
    own = found.requested_by == ask.person.name
    return {
        "approve": waits and fits and not own and not answered,
        "refuse": waits and (own or (fits and not answered)),
        "release": found.stage is Stage.APPROVED and ask.can(Act.DISCLOSE),
    }


def approve(ask: Ask, form: Form) -> Done:
    """Approve the bytes of the digest that was shown; the second role's approval releases them."""
    disclosure_id = ask.parts["disclosure_id"]
    after = door_of(ask.office).approve(
        disclosure_id, ask.person.name, form.needed("digest", "the digest"), form.reason
    )
    if after.stage is Stage.RELEASED:
        count = len(after.indicators)
        words = f"Both have approved: {count} indicators wait in the outbox for `stillwatch share publish`."
    else:
        words = f"Approved; it still needs {' and '.join(after.needs)}."
    return Done(f"/disclosures/{disclosure_id}", words)


def refuse(ask: Ask, form: Form) -> Done:
    """Refuse it; one refusal ends it."""
    after = door_of(ask.office).refuse(ask.parts["disclosure_id"], ask.person.name, form.reason)
    return Done(f"/disclosures/{after.disclosure_id}", "It is refused; nothing leaves.")


def release(ask: Ask, form: Form) -> Done:
    """Put into the outbox what both approved elsewhere."""
    del form
    after = door_of(ask.office).release(ask.parts["disclosure_id"], ask.person.name)
    return Done(f"/disclosures/{after.disclosure_id}", f"{len(after.indicators)} indicators wait to be sent.")


PAGE: Final = Page(
    name="disclosure",
    path="/disclosures/{disclosure_id}",
    title="Disclosure",
    handler=show,
    under="/disclosures",
    actions=(
        Action(
            path="/disclosures/{disclosure_id}/approve",
            act=Act.ANSWER_APPROVALS,
            handler=approve,
            reason=False,
        ),
        Action(path="/disclosures/{disclosure_id}/refuse", act=Act.READ_CASES, handler=refuse),
        Action(path="/disclosures/{disclosure_id}/release", act=Act.DISCLOSE, handler=release, reason=False),
    ),
)
