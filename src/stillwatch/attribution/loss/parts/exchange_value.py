"""What the taken answers would have cost at list price: the least they were worth to whoever took them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.loss.parts.contract import Side

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class ExchangeValue:
    """Answers × tokens × list price."""

    name = "exchange_value"
    title = "Value of the leaked exchanges"
    formula = "answers × tokens an answer × list price"
    side = Side.COPIER
    needs = ("output_tokens_per_exchange", "price_per_million_output_tokens")

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:  # noqa: ARG002 - others need it
        """USD, one amount a draw."""
        tokens, price = (draws[name] for name in self.needs)
        return answers * tokens * price / 1e6


PART = ExchangeValue()
