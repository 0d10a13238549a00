"""What the copier was spared: building the capability itself, as far as it was copied, less what copying cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.loss import leak_curve
from stillwatch.attribution.loss.parts.contract import Side

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class ReplacementCost:
    """Development cost × share of the capability × how much of it leaked − the copier's training; never below 0."""

    name = "replacement_cost"
    title = "Replacement cost of the capability"
    formula = (
        "development cost × capability's share × share leaked − training hours × price of an hour, at least 0"
    )
    side = Side.COPIER
    needs = (
        "model_development_cost",
        "capability_share",
        "copier_gpu_hours",
        "gpu_hour_price",
        *leak_curve.NEEDS,
    )

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:  # noqa: ARG002 - others need it
        """USD, one amount a draw."""
        hours = draws["copier_gpu_hours"]
        leaked = leak_curve.leaked_share(draws, answers, hours)
        spared = draws["model_development_cost"] * draws["capability_share"] * leaked
        return np.maximum(spared - hours * draws["gpu_hour_price"], 0.0)


PART = ReplacementCost()
