"""What a campaign may ask of the live world around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.range.live.crew import Crew
    from stillwatch.range.live.desk import Desk
    from stillwatch.range.live.ledger import Ledger
    from stillwatch.range.live.members import Member
    from stillwatch.range.live.prices import Prices
    from stillwatch.range.live.requests import Request
    from stillwatch.range.plan import Account, Window


class Stage(Protocol):
    """The live world as a campaign sees it.

    Attributes:
        seed: of the world.
        accounts: everybody by number.
        window: the time the world covers.
    """

    seed: tuple[object, ...]
    accounts: list[Account]
    window: Window
    desk: Desk
    ledger: Ledger
    prices: Prices

    def send(self, request: Request) -> None:
        """Put a request on its way."""
        ...

    def numbered(self, request: Request) -> Request:
        """The request with a number of its own."""
        ...

    def written_by(self, crew: Crew, member: Member, item: int, when: int) -> Request:
        """A harvest request that the plan does not have."""
        ...

    def cover_by(self, member: Member, when: int) -> Request:
        """An honest-looking request that the plan does not have."""
        ...

    def wake(self, when: int, then: Callable[[], object]) -> None:
        """Have something done at a later time."""
        ...

    def recruits(self, crew: Crew, count: int, first: int, now: int) -> list[Account]:
        """New accounts for a campaign."""
        ...

    def admit(self, account: Account) -> int:
        """Make an account part of the world; returns its number."""
        ...

    def reword(self, crew: Crew) -> None:
        """Give every member the campaign's present wording."""
        ...

    def paid(self, when: int, crew: Crew, account_id: str | None, what: str, amount: float) -> None:
        """Write a payment down."""
        ...
