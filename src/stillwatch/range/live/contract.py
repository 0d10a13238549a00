"""What campaigns, their styles and the live world promise each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import collections
    from collections.abc import Callable

    from stillwatch.range.campaign import Campaign
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.live.desk import Desk
    from stillwatch.range.live.ledger import Ledger
    from stillwatch.range.live.members import Member, Members
    from stillwatch.range.live.prices import Prices
    from stillwatch.range.live.requests import Request
    from stillwatch.range.plan import Account, Window


class Company(Protocol):
    """A campaign as its style and the live world see it; ``Crew`` is the one there is."""

    campaign: Campaign
    knobs: Knobs
    backlog: collections.deque[int]
    wording: int

    @property
    def members(self) -> Members:
        """Its accounts."""
        ...

    @property
    def stage(self) -> Stage:
        """The world around it."""
        ...

    def hand_out(self, now: int, *, joined_only: bool = False) -> None:
        """Give what waits to members that have load to spare."""
        ...

    def again(self, request: Request, mean_ms: float) -> None:
        """The same member asks again later."""
        ...

    def lose(self, member: Member, now: int) -> None:
        """A member is of no use any more."""
        ...

    def lost_lately(self, now: int) -> int:
        """Members lost within a day."""
        ...

    def replace(self, member: Member, now: int, heirs: int) -> int:
        """Buy accounts that take over a member's work; returns how many."""
        ...

    def reword(self, now: int) -> None:
        """Ask for the same in other words from now on."""
        ...


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

    def written_by(self, company: Company, member: Member, item: int, when: int) -> Request:
        """A harvest request that the plan does not have."""
        ...

    def cover_by(self, member: Member, when: int) -> Request:
        """An honest-looking request that the plan does not have."""
        ...

    def wake(self, when: int, then: Callable[[], object]) -> None:
        """Have something done at a later time."""
        ...

    def recruits(self, company: Company, count: int, first: int, now: int) -> list[Account]:
        """New accounts for a campaign."""
        ...

    def admit(self, account: Account) -> int:
        """Make an account part of the world; returns its number."""
        ...

    def reword(self, company: Company) -> None:
        """Give every member the campaign's present wording."""
        ...

    def paid(self, when: int, company: Company, account_id: str | None, what: str, amount: float) -> None:
        """Write a payment down."""
        ...


class Operator(Protocol):
    """Who runs a campaign and answers pressure."""

    def sends(self, company: Company, member: Member, request: Request) -> bool:
        """Whether a planned harvest request is sent now; otherwise its payload waits."""
        ...

    def slowed(self, company: Company, member: Member, request: Request) -> None:
        """A harvest request was refused for its rate."""
        ...

    def degraded(self, company: Company, member: Member, request: Request) -> None:
        """An answer came without its reasoning."""
        ...

    def lost(self, company: Company, member: Member, now: int) -> None:
        """A member was blocked or failed verification."""
        ...

    def hour(self, company: Company, now: int) -> None:
        """Another hour has begun."""
        ...
