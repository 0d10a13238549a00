"""An attack: a campaign that wants a fixed number of answers, how it goes about it, and what that costs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.campaigns import families
from stillwatch.range.splits import FROZEN, nearest

if TYPE_CHECKING:
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.live.prices import Prices
    from stillwatch.range.plan import Window

START: Final = 0.1
"""When an attack begins, as a share of the world's window."""

WORLD_DAYS: Final = 14
_NAIVE_DAYS: Final = 4.0
LONGEST_DAYS: Final = 12.0
_MOST_EACH: Final = 5000


@dataclasses.dataclass(frozen=True, slots=True)
class Attack:
    """An attack.

    Attributes:
        leak: unique answers wanted.
        days: how long it takes.
        per_answer: harvest requests made for each unique answer of full worth.
        account_extra: what an account costs beyond its usual price, as a multiple of it.
        query_extra: what a request costs beyond its price, as a multiple of it.
        moves: names of the moves made, in order.
    """

    family: str
    split: str
    knobs: Knobs
    leak: int
    days: float
    per_answer: float = 1.0
    account_extra: float = 1.0
    query_extra: float = 1.0
    moves: tuple[str, ...] = ()

    @property
    def harvest(self) -> int:
        """Harvest requests in all."""
        return round(self.leak * self.per_answer)

    def sized(self) -> Knobs:
        """The knobs with the load of each account and the time that the attack takes."""
        each = max(1, round(self.harvest / self.knobs.accounts))
        end = START + min(self.days, LONGEST_DAYS) / WORLD_DAYS
        return dataclasses.replace(self.knobs, exchanges=each, start=START, end=min(end, 0.98))

    def span(self, window: Window) -> Window:
        """When it is under way."""
        knobs = self.sized()
        return window.part(knobs.start, knobs.end)


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What an attack costs, in units of one fresh account; each part also apart."""

    accounts: float
    queries: float
    time: float

    @property
    def total(self) -> float:
        """The whole."""
        return self.accounts + self.queries + self.time

    def over(self, other: Cost) -> dict[str, float]:
        """Multiples of another cost: of the whole and of each part."""
        return {
            "total": self.total / other.total,
            "accounts": self.accounts / other.accounts,
            "queries": self.queries / other.queries,
            "time": self.time / other.time,
        }


def cost(attack: Attack, prices: Prices) -> Cost:
    """What an attack costs; diluting traffic is paid like any other."""
    knobs = attack.knobs
    queries = attack.harvest / (1.0 - knobs.dilution)
    return Cost(
        knobs.accounts * prices.of_account(knobs.age, knobs.infrastructure) * attack.account_extra,
        queries * prices.thousand_exchanges / 1000.0 * attack.query_extra,
        attack.days * prices.day,
    )


def naive(family: str, accounts: int, leak: int) -> Attack:
    """The attack of somebody who does not know that anybody looks.

    Raises:
        StillwatchError: no such family, a frozen one, or numbers that make no attack.
    """
    known = families()
    if family not in known:
        raise StillwatchError(
            f"there is no family of campaigns named '{family}'",
            code="SW-ATTACK-01",
            where=family,
            hint=nearest(family, known),
        )
    split = known[family].SPLIT
    if split == FROZEN:
        raise StillwatchError(
            f"'{family}' belongs to the frozen split, which nothing may be tried out on",
            code="SW-ATTACK-02",
            where=family,
            hint="choose a family of train or validation",
        )
    if not accounts <= leak <= accounts * _MOST_EACH:
        raise StillwatchError(
            f"{accounts} accounts cannot leak {leak} answers",
            code="SW-ATTACK-03",
            where="--leak",
            hint=f"ask for {accounts} to {accounts * _MOST_EACH}, or for other accounts",
        )
    knobs = dataclasses.replace(
        known[family].DEFAULTS,
        accounts=accounts,
        dilution=0.0,
        paraphrase=0.0,
        timing="synchronised",
        infrastructure="shared",
        age="fresh",
        churn=0.0,
    )
    return Attack(family, split, knobs, leak, _NAIVE_DAYS)
