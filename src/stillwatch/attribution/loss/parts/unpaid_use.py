"""What was served and never paid for: stolen cards, free credits, charge-backs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.loss.parts.contract import Side

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class UnpaidUse:
    """List price × the share that nobody paid."""

    name = "unpaid_use"
    title = "Use that was never paid for"
    formula = "answers × tokens an answer × list price × unpaid share"
    side = Side.LAB
    needs = ("output_tokens_per_exchange", "price_per_million_output_tokens", "unpaid_share")

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:  # noqa: ARG002 - others need it
        """USD, one amount a draw."""
        tokens, price, unpaid = (draws[name] for name in self.needs)
        return answers * tokens * price / 1e6 * unpaid


PART = UnpaidUse()
