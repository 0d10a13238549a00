"""Attribution: models that may be copies, what was planned and shown about each, and what may be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Done, Page, Section, View
from stillwatch.console.origins.rows import plans, publications, results, suspects

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form

_HERE: Final = "/attribution"


def show(ask: Ask) -> View:
    """Everything that is kept about suspects."""
    office = ask.office
    return View(
        data={
            "suspects": suspects(office),
            "plans": plans(office),
            "results": results(office),
            "publications": publications(office),
            "may_work": ask.can(Act.WORK_CASES),
            "may_read": ask.can(Act.READ_EVIDENCE),
        }
    )


def enter(ask: Ask, form: Form) -> Done:
    """Enter a suspect in the register; nothing is asked of it yet."""
    days = form.text("retest_days").strip()
    found = _register(ask).add(
        form.needed("url", "the address"),
        form.needed("model", "the model's name there"),
        ask.person,
        owner_claimed=form.text("owner_claimed").strip(),
        claimed_by=form.text("claimed_by").strip(),
        note=form.reason,
        retest_days=int(days) if days.isdecimal() and len(days) < 5 else 90,
    )
    return Done(_HERE, f"{found.model} is in the register. A plan comes next, before it is asked anything.")


def seen(ask: Ask, form: Form) -> Done:
    """Note a new version of a suspect."""
    label = form.needed("label", "what the version is called")
    found = _register(ask).seen(form.needed("suspect"), label, form.reason, ask.person)
    if found is None:
        return Done(_HERE, f"“{label}” is known already.", warn=True)
    return Done(_HERE, f"Version {found.number} was noted; a test of it is due.")


def retire(ask: Ask, form: Form) -> Done:
    """Watch a suspect no longer."""
    _register(ask).retire(form.needed("suspect"), form.reason, ask.person)
    return Done(_HERE, "It is no longer watched. What is known of it stays.")


def due(ask: Ask) -> int | None:
    """How many tests are due."""
    return len(_register(ask).due()) or None


def _register(ask: Ask) -> SuspectRegister:
    return SuspectRegister(ask.office.records, now=ask.office.now)


PAGE: Final = Page(
    name="attribution",
    path=_HERE,
    title="Attribution",
    handler=show,
    section=Section.PROVE,
    order=20,
    letter="m",
    badge=due,
    actions=(
        Action(path="/attribution/enter", act=Act.WORK_CASES, handler=enter),
        Action(path="/attribution/seen", act=Act.WORK_CASES, handler=seen),
        Action(path="/attribution/retire", act=Act.WORK_CASES, handler=retire),
    ),
)
