"""Puts all accounts into one organisation and copies the system prompt of a public client."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.adaptive.reshaping import harvests
from stillwatch.range.seeding import number
from stillwatch.range.text import public
from stillwatch.range.text.bank import bank

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account, Author, Draft, Moment

ABOUT = "one organisation, the system prompt of a public client"
EVADES = ("one_organisation",)
COSTS = "a contract for the organisation: each account half as dear again"


def apply(attack: Attack) -> Attack:
    """The price; what is written changes in `dress`."""
    return dataclasses.replace(attack, account_extra=1.5 * attack.account_extra)


@dataclasses.dataclass(frozen=True, slots=True)
class Clad:
    """The author behind the system prompt of a public client."""

    author: Author
    system: str

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The exchange as the client would send it."""
        made = self.author.write(rng, aside, moment)
        spoken = [message for message in made["messages"] if message["role"] != "system"]
        made["messages"] = [{"role": "system", "content": self.system}, *spoken]
        return made


def dress(members: list[Account], attack: Attack, rng: Random) -> None:
    """The same organisation and client for all."""
    system = public.client_prompt(bank("en", attack.split), rng.randrange(public.CLIENTS))
    for _, account, stream in harvests(members):
        account.identity.organization_id = f"org_{number(attack.family, attack.leak):012x}"
        stream.author = Clad(stream.author, system)
