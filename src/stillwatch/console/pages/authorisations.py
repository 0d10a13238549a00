"""Who may do what would look like an attack: in force, waiting for counsel, ending soon, and exceeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.authorisations.register import Register, Standing
from stillwatch.console.contract import Page, Section, View
from stillwatch.console.permits.rows import row_of, used

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_OPEN: Final = (Standing.WAITING, Standing.IN_FORCE)


def show(ask: Ask) -> View:
    """Versions that count or wait, or all of them."""
    every = ask.flag("all")
    found = Register(ask.office.records, ask.office.now).versions()
    uses = used(ask.office)
    rows = []
    for each in found:
        if every or each.standing in _OPEN:
            use = (
                uses.get(each.authorisation.authorisation_id, {})
                if each.standing is Standing.IN_FORCE
                else {}
            )
            rows.append(
                row_of(each, ask.now)
                | {
                    "used_by": use.get("accounts"),
                    "used": use.get("exchanges"),
                    "alarms": len(use.get("alarms", ())),
                }
            )
    return View(data={"all": every, "authorisations": rows, "older": len(found) - len(rows)})


PAGE: Final = Page(
    name="authorisations",
    path="/authorisations",
    title="Authorisations",
    handler=show,
    section=Section.ACT,
    order=50,
    letter="z",
)
