"""What a campaign pays, in units without a name: prices are assumptions, stated here and nowhere else."""

from __future__ import annotations

import dataclasses

from stillwatch.range.plan import DAY_MS


@dataclasses.dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a campaign's needs; one unit is what a fresh account costs.

    Attributes:
        account: a freshly opened account with an address and a card of its own.
        shared_account: one that shares address, payment or client with others of the campaign.
        aged_account: a bought account with a past.
        thousand_exchanges: a thousand answered requests, the honest-looking ones included.
        day: a day of waiting for the harvest.
        verification: getting one account through verification.
    """

    account: float = 1.0
    shared_account: float = 0.6
    aged_account: float = 3.0
    thousand_exchanges: float = 4.0
    day: float = 2.0
    verification: float = 1.5

    def of_account(self, age: str, infrastructure: str) -> float:
        """Price of one account with these knobs."""
        if age != "fresh":
            return self.aged_account
        return self.shared_account if infrastructure in ("shared", "moderate") else self.account


@dataclasses.dataclass(slots=True)
class Bill:
    """What a campaign has paid so far.

    Attributes:
        accounts: opened or bought, those at the start included.
        accounts_paid: their price.
        exchanges: answered requests of the members.
        days: days on which the campaign worked or waited.
        verifications: accounts that passed verification.
    """

    accounts: int = 0
    accounts_paid: float = 0.0
    exchanges: int = 0
    days: float = 0.0
    verifications: int = 0

    def total(self, prices: Prices) -> float:
        """The whole bill in units."""
        return (
            self.accounts_paid
            + self.exchanges * prices.thousand_exchanges / 1000.0
            + self.days * prices.day
            + self.verifications * prices.verification
        )

    def lasted(self, begin: int, now: int) -> None:
        """Count the days up to now."""
        self.days = max(0.0, (now - begin) / DAY_MS)

    def described(self, prices: Prices) -> dict[str, float]:
        """The bill as ``outcome.json`` has it."""
        return {
            "accounts": self.accounts,
            "accounts_paid": round(self.accounts_paid, 3),
            "exchanges": self.exchanges,
            "days": round(self.days, 3),
            "verifications": self.verifications,
            "total": round(self.total(prices), 3),
        }
