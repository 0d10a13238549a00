"""What customers would have paid the lab and pay the copier instead, until the market has the capability anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.loss import leak_curve
from stillwatch.attribution.loss.parts.contract import Side

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class DisplacedRevenue:
    """Revenue a year × who would switch × how much leaked × years ahead × margin."""

    name = "displaced_revenue"
    title = "Displaced revenue"
    formula = "revenue a year × switching share × share leaked × months ahead ÷ 12 × margin"
    side = Side.LAB
    needs = (
        "exposed_revenue",
        "switching_share",
        "months_ahead",
        "margin",
        "copier_gpu_hours",
        *leak_curve.NEEDS,
    )

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:  # noqa: ARG002 - others need it
        """USD, one amount a draw."""
        leaked = leak_curve.leaked_share(draws, answers, draws["copier_gpu_hours"])
        revenue = draws["exposed_revenue"] * draws["switching_share"] * draws["margin"]
        return revenue * leaked * draws["months_ahead"] / 12


PART = DisplacedRevenue()
