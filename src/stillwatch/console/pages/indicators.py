"""Indicators: what this lab told others, and what others told this lab, with how far it counts today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Page, Section, View
from stillwatch.console.desks import membership_file
from stillwatch.console.intel import acts
from stillwatch.console.intel.mine import mine, waiting
from stillwatch.console.intel.theirs import last_read, put_aside, theirs
from stillwatch.errors import StillwatchError
from stillwatch.sharing.client.membership import read_membership

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_SHOWN: Final = ("received", "mine")
_STATES: Final = ("stands", "run out", "taken back")


def show(ask: Ask) -> View:
    """The list of one side."""
    which = ask.text("show") if ask.text("show") in _SHOWN else _SHOWN[0]
    got, own = theirs(ask.office), mine(ask.office)
    state = ask.text("state") if ask.text("state") in _STATES else ""
    rows = own if which == "mine" else [row for row in got if not state or row["state"] == state]
    return View(
        data={
            "show": which,
            "state": state,
            "states": list(_STATES),
            "counts": [
                {"show": "received", "indicators": len(got), "path": "/indicators"},
                {"show": "mine", "indicators": len(own), "path": "/indicators?show=mine"},
            ],
            "waiting": waiting(ask.office),
            "hub": _hub(ask),
            "last_read": last_read(ask.office),
            "put_aside": put_aside(ask.office),
            "may_share": ask.can(Act.DISCLOSE),
            "indicators": rows[ask.skip : ask.skip + ask.rows],
            "paging": ask.paging(len(rows)),
        }
    )


def _hub(ask: Ask) -> dict[str, Any]:
    """Which hub, and what is wrong with the membership."""
    path = membership_file(ask.office)
    if not path.is_file():
        return {"there": False, "name": "", "url": "", "trouble": ""}
    try:
        found = read_membership(path)
    except StillwatchError as error:
        return {"there": True, "name": "", "url": "", "trouble": error.message}
    return {"there": True, "name": found.name, "url": found.url, "trouble": ""}


PAGE: Final = Page(
    name="indicators",
    path="/indicators",
    title="Indicators",
    handler=show,
    section=Section.SHARE,
    order=10,
    letter="i",
    badge=lambda ask: waiting(ask.office) or None,
    actions=(
        Action(path="/indicators/fetch", act=Act.DISCLOSE, handler=acts.fetch, reason=False),
        Action(path="/indicators/send", act=Act.DISCLOSE, handler=acts.transmit, reason=False),
        Action(path="/indicators/retract", act=Act.DISCLOSE, handler=acts.take_back),
        Action(path="/indicators/say", act=Act.DISCLOSE, handler=acts.say),
    ),
)
