"""What casework needs of enforcement; `stillwatch.enforcement.case_orders` fills it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.casework.effects.model import Done, Order
    from stillwatch.casework.statements.model import MeasureFact


class Enforcement(Protocol):
    """Where decisions are taken and ended."""

    @property
    def epoch(self) -> str:
        """Names the life of the store of decisions; another one has to be told everything again."""
        ...

    def carry_out(self, order: Order) -> Done:
        """Do what an order says; the same order a second time changes nothing and gives the same answer.

        Raises:
            StillwatchError: enforcement refuses it, or its store cannot be used.
        """
        ...

    def measures(self, account_id: str) -> Sequence[MeasureFact]:
        """What is in force about an account, as far as its holder may know of it."""
        ...

    def answerable(self, account_id: str) -> Mapping[str, str]:
        """Who took or approved measures about an account, each with what they did."""
        ...
