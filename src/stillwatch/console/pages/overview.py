"""The overview: what leaks now, what waits, what was decided, and whether the data and the promises hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.console.contract import Page, Section, View
from stillwatch.console.glance import machine, promise, work

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """Everything at a glance."""
    flow = work.flow(ask)
    promised = promise.promise(ask)
    busy = any(day["opened"] or day["decided"] for day in flow)
    return View(
        data={
            "waiting": work.waiting(ask),
            "leaking": work.leaking(ask),
            "appeals": work.appeals(ask),
            "approvals": work.approvals(ask),
            "verdicts": machine.verdicts(ask),
            "enforcement": machine.enforcement(ask),
            "health": machine.health(ask),
            "promise": promised,
            "flow": flow,
        },
        drawings={"flow": work.flow_drawing(flow)} if busy else {},
    )


PAGE: Final = Page(
    name="overview",
    path="/overview",
    title="Overview",
    handler=show,
    section=Section.WORK,
    order=10,
    letter="o",
)
