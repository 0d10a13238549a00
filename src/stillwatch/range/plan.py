"""What is planned about an account before a word is written: who, where from, what it sends and when."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.rhythm import Rhythm

Draft: TypeAlias = dict[str, Any]
"""The part of a canonical record an author decides: messages, response_text, model and parameters."""

BENIGN: Final = "benign"
ATTACK: Final = "attack"
DAY_MS: Final = 86_400_000
RELEASE: Final = 0.6
"""Share of a world's window after which a new model is on offer."""
NEVER: Final = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """The time a world covers, in milliseconds since 1970, end excluded."""

    start: int
    end: int

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end - self.start) / DAY_MS

    def part(self, begin: float, finish: float) -> Window:
        """A share of the window, both ends given from 0 to 1."""
        span = self.end - self.start
        return Window(self.start + int(span * begin), self.start + int(span * finish))


@dataclasses.dataclass(slots=True)
class Moment:
    """One exchange as an author sees it before writing.

    Attributes:
        session: a number that all exchanges of one session share.
        turn: position in the session.
        item: number of the payload in the campaign's pool; -1 outside campaigns.
        serial: how many exchanges of this stream came before.
        elapsed: share of the world's window that has passed, 0 to 1; negative in a history.
    """

    session: int
    turn: int
    item: int
    serial: int
    elapsed: float


class Author(Protocol):
    """Writes one kind of exchange. The same dice and moment always give the same words."""

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The exchange; ``aside`` is a spare stream for seeding by session or item."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A network address and what is known about it."""

    ip: str
    asn: int
    country: str


@dataclasses.dataclass(slots=True)
class Identity:
    """Everything about an account that is not text or time.

    Attributes:
        addresses: the first is used most.
        travels: addresses are used one after another over the window.
        utc_offset: hours ahead of UTC where the account's people live.
    """

    organization_id: str | None
    api_keys: tuple[str, ...]
    addresses: tuple[Address, ...]
    travels: bool
    user_agents: tuple[str, ...]
    payment: str | None
    created_ms: int
    utc_offset: float
    country: str = "US"


@dataclasses.dataclass(slots=True)
class Stream:
    """One kind of traffic of an account.

    Attributes:
        weight: planned exchanges in a window of ten days; scaled to the size of the world unless fixed.
        window: when the stream is alive; None means as long as the account is.
        campaign_id: set where the stream is part of a harvest.
        pool_id: set where honest accounts share one pool of payloads without replacement.
    """

    author: Author
    rhythm: Rhythm
    weight: float
    window: Window | None = None
    campaign_id: str | None = None
    fixed: bool = False
    pool_id: str | None = None


@dataclasses.dataclass(slots=True)
class Account:
    """A planned account with its truth.

    Attributes:
        newcomer: whether it has sent nothing before the world's window.
        adopts: share of the window after which it uses the new model instead of the large one.
        before: what the person sent whose place it is; empty where nobody's place was taken.
    """

    account_id: str
    seed: int
    archetype: str
    identity: Identity
    streams: list[Stream]
    label: str = BENIGN
    campaign_id: str | None = None
    newcomer: bool = False
    adopts: float = NEVER
    before: tuple[Stream, ...] = ()
