"""What finding, deciding, answering appeals and going to counsel took; the same whenever the alarm came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.loss.parts.contract import Side

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class ResponseCost:
    """People's hours by campaign and by account."""

    name = "response_cost"
    title = "Response cost"
    formula = (
        "(campaigns × analyst hours + accounts × minutes ÷ 60) × analyst's hour "
        "+ campaigns × counsel's hours × counsel's hour"
    )
    side = Side.LAB
    needs = (
        "analyst_hours_per_campaign",
        "minutes_per_account",
        "analyst_hour_cost",
        "counsel_hours",
        "counsel_hour_cost",
    )

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:  # noqa: ARG002 - others need it
        """USD, one amount a draw."""
        hours, minutes, cost, counsel, counsel_cost = (draws[name] for name in self.needs)
        analysts = (taken.campaigns * hours + taken.accounts * minutes / 60) * cost
        return analysts + taken.campaigns * counsel * counsel_cost


PART = ResponseCost()
