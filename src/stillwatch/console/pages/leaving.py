"""What would leave: the exact bytes of the next sending, and what the gate says to each object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.console.desks import membership_file
from stillwatch.console.intel.mine import leaving

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """Everything that waits to be sent."""
    data: dict[str, Any] = {
        "member": membership_file(ask.office).is_file(),
        "may_share": ask.can(Act.DISCLOSE),
        "hub": "",
        "url": "",
        "objects": [],
        "envelopes": [],
    }
    return View(data=data | (leaving(ask.office) if data["member"] else {}))


PAGE: Final = Page(
    name="leaving",
    path="/indicators/leaving",
    title="What would leave",
    handler=show,
    under="/indicators",
    act=Act.READ_EVIDENCE,
)
