"""One authorisation: its scope, its versions, what was seen of it, and how its scope was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.authorisations.register import Register, Standing
from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Done, Page, View
from stillwatch.console.permits.rows import row_of, used

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def show(ask: Ask) -> View:
    """Its versions, the latest first."""
    name = ask.parts["authorisation_id"]
    found = Register(ask.office.records, ask.office.now).versions(name)
    rows = [row_of(each, ask.now) for each in reversed(found)]
    counts = next((row for row in rows if row["standing"] == Standing.IN_FORCE.value), rows[0])
    use = used(ask.office).get(name)
    return View(
        data={
            "authorisation": counts,
            "versions": rows,
            "use": None if use is None else {key: use[key] for key in ("accounts", "exchanges", "cleared")},
            "alarms": [] if use is None else use["alarms"],
            "may": {
                "withdraw": ask.can(Act.REGISTER_AUTHORISATIONS)
                and any(each.standing in (Standing.IN_FORCE, Standing.WAITING) for each in found)
            },
        },
        title=f"Authorisation {name}",
        subject=name,
    )


def withdraw(ask: Ask, form: Form) -> Done:
    """Take it back; one person is enough, and it counts for nothing at once."""
    name = ask.parts["authorisation_id"]
    Register(ask.office.records, ask.office.now).withdraw(name, ask.person.name, form.reason)
    return Done(
        f"/authorisations/{name}",
        f"{name} is withdrawn; its holder is judged like anybody else from the next look on.",
    )


PAGE: Final = Page(
    name="authorisation",
    path="/authorisations/{authorisation_id}",
    title="Authorisation",
    handler=show,
    under="/authorisations",
    actions=(
        Action(
            path="/authorisations/{authorisation_id}/withdraw",
            act=Act.REGISTER_AUTHORISATIONS,
            handler=withdraw,
        ),
    ),
)
