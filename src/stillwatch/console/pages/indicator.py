"""One received indicator: what it says, how it grows old, who saw it, and where it was met here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.console.intel.theirs import one
from stillwatch.core.indicator import SightingKind
from stillwatch.reporting.charts.decay_curve import decay_curve

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """The indicator that ``id`` names.

    Raises:
        StillwatchError: SW-INTEL-01, none of that id was received.
    """
    found = one(ask.office, ask.text("id"))
    points = [(dt.date.fromisoformat(each["day"]), each["left"]) for each in found["decay"]]
    drawing = decay_curve(
        points, ask.now.date(), title="How far its confidence still counts, by day", prefix="decay"
    )
    data = found | {"kinds": [each.value for each in SightingKind], "may_share": ask.can(Act.DISCLOSE)}
    return View(data=data, drawings={"decay": drawing}, subject=found["id"])


PAGE: Final = Page(
    name="indicator",
    path="/indicators/one",
    title="One indicator",
    handler=show,
    under="/indicators",
)
