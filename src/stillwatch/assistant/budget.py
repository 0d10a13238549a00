"""What the assistant may cost: requests and tokens, told before and stopped at."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stillwatch.assistant.questionnaire import REPLY_TOKENS, inquiry

if TYPE_CHECKING:
    from stillwatch.assistant.questionnaire import Inquiry

_CHARS_A_TOKEN: Final = 3
"""Fewer than any usual tokeniser has for quoted text, so that the estimate is rather too high."""


class OverBudgetError(Exception):
    """The next request would go beyond a cap."""


@dataclasses.dataclass(slots=True)
class Budget:
    """Caps, and what has been spent.

    Attributes:
        most_requests: tries in all, repeated ones included.
        most_tokens: tokens in all; what an endpoint does not report is estimated.
    """

    most_requests: int
    most_tokens: int
    requests: int = 0
    tokens: int = 0

    def book_request(self, asked: Inquiry) -> None:
        """Book a try before it is made.

        Raises:
            OverBudgetError: a cap would be passed.
        """
        cost = cost_of(asked)
        if self.requests + 1 > self.most_requests or self.tokens + cost > self.most_tokens:
            raise OverBudgetError
        self.requests += 1
        self.tokens += cost

    def book_usage(self, asked: Inquiry, total: int | None) -> None:
        """Replace the estimate of the last try by what the endpoint says it took."""
        if total is not None:
            self.tokens += total - cost_of(asked)


def cost_of(asked: Inquiry) -> int:
    """Tokens that a request and its reply take at most, estimated."""
    chars = sum(len(message["content"]) for message in asked.messages)
    return -(-chars // _CHARS_A_TOKEN) + REPLY_TOKENS


def estimate(texts: Iterable[str]) -> int:
    """Tokens that asking about these texts takes, each once."""
    return sum(cost_of(inquiry(text)) for text in texts)
