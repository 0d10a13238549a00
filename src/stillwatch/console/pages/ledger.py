"""The ledger: who did what and when, what its signed head is, and a check of all of it at the press of a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Done, Page, Section, View
from stillwatch.console.verifying import last_outcome, public_key, verify
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form
    from stillwatch.storage.ledger import Logged

_UNSIGNED: Final = "SW-LED-07"


def show(ask: Ask) -> View:
    """Entries, the newest first, or those about one thing."""
    ledger, subject = ask.office.ledger, ask.text("subject")
    size = ledger.size()
    if subject:
        total, found = ledger.latest_about(subject, ask.rows, ask.skip)
    else:
        stop = max(0, size - ask.skip)
        found = tuple(reversed(tuple(ledger.entries(max(0, stop - ask.rows), stop))))
        total = size
    key, source = public_key(ask.office)
    return View(
        data={
            "size": size,
            "head": _head(ask),
            "public_key": key,
            "key_from": source,
            "subject": subject,
            "outcome": last_outcome(ask.office),
            "entries": [row_of(each) for each in found],
            "paging": ask.paging(total),
        },
        subject=subject,
    )


def row_of(logged: Logged) -> dict[str, Any]:
    """An entry as a row."""
    entry = logged.entry
    return {
        "index": logged.index,
        "ts": entry.ts,
        "kind": entry.kind,
        "subject": entry.subject,
        "by": entry.by,
        "details": dict(entry.details),
        "clock_set_back": logged.clock_set_back,
    }


def check(ask: Ask, _form: Form) -> Done:
    """Verify all of it now."""
    found = verify(ask)
    if found["whole"]:
        return Done("/ledger#outcome", f"The ledger is whole: {found['entries']:,} entries were checked.")
    return Done("/ledger#outcome", f"The ledger does not hold together: {found['message']}.", warn=True)


def _head(ask: Ask) -> dict[str, Any] | None:
    """The last signed head; None where nothing was signed."""
    try:
        head = ask.office.ledger.head()
    except StillwatchError as error:
        if error.code != _UNSIGNED:
            raise
        return None
    return dict(head.as_json())


PAGE: Final = Page(
    name="ledger",
    path="/ledger",
    title="Ledger",
    handler=show,
    section=Section.PROVE,
    order=10,
    letter="l",
    act=Act.READ_LEDGER,
    actions=(Action(path="/ledger/verify", act=Act.READ_LEDGER, handler=check, reason=False),),
)
