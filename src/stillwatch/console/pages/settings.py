"""Settings: who one is here and what one may do, how pages look, and what this console works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__
from stillwatch.casework.people import ROLES, Act
from stillwatch.console.contract import Action, Done, Page, Section, View
from stillwatch.console.preferences import CHOICES
from stillwatch.core.masking import without_password
from stillwatch.settings import fields

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def show(ask: Ask) -> View:
    """All of it."""
    office, person = ask.office, ask.person
    return View(
        data={
            "person": {
                "name": person.name,
                "source": person.source,
                "roles": sorted(role.value for role in person.roles),
            },
            "acts": [
                {
                    "act": act.value,
                    "allowed": person.can(act),
                    "roles": [role.value for role, acts in ROLES.items() if act in acts],
                }
                for act in Act
            ],
            "sessions": [
                {"begun": each.begun.isoformat(), "seen": each.seen.isoformat()}
                for each in office.sessions.of(person.name)
            ],
            "limits": {
                "idle_minutes": office.options.idle_minutes,
                "hours": office.options.session_hours,
            },
            "choices": {name: list(words) for name, words in CHOICES.items()},
            "places": _places(ask),
            "settings": [
                {
                    "setting": field.name,
                    "value": str(without_password(getattr(office.settings, field.name))),
                    "from": office.settings.origins.get(field.name, "default"),
                    "about": field.metadata["help"],
                }
                for field in fields()
            ],
            "digest": office.settings.digest(),
            "version": __version__,
        }
    )


def look(_ask: Ask, form: Form) -> Done:
    """Have this browser remember how pages are to look."""
    wanted = {name: form.text(name) for name, words in CHOICES.items() if form.text(name) in words}
    return Done("/settings#look", "Remembered for this browser.", prefer=wanted)


def end(ask: Ask, _form: Form) -> Done:
    """End every session of whoever asks, this one too."""
    ask.office.sessions.end_all(ask.person.name)
    return Done("/login")


def _places(ask: Ask) -> list[dict[str, Any]]:
    """What this console works with, and whether it is there."""
    options, folder = ask.office.options, ask.office.folder
    files = (
        ("Node", folder.path, "stillwatch serve --dir"),
        ("Verdicts", folder.verdicts, "written by a node that runs"),
        ("Decisions", folder.decisions, "written by a node that runs, or stillwatch decisions"),
        ("Findings", options.findings, "--findings"),
        ("Policy", options.policy, "--policy"),
        ("Membership", options.hub, "--hub"),
    )
    found = [
        {
            "what": what,
            "where": "" if path is None else str(path),
            "there": path is not None and path.exists(),
            "by": by,
        }
        for what, path, by in files
    ]
    cases = {"what": "Cases", "where": ask.office.records.database.where, "there": True, "by": "--cases"}
    return [cases, *found]


PAGE: Final = Page(
    name="settings",
    path="/settings",
    title="Settings",
    handler=show,
    section=Section.HERE,
    order=90,
    letter="s",
    act=None,
    actions=(
        Action(path="/settings/look", act=None, handler=look, reason=False),
        Action(path="/settings/sessions/end", act=None, handler=end, reason=False),
    ),
)
