"""The honest people of a world whose places members of campaigns may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.personas import personas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from random import Random

    from stillwatch.range.plan import Account

_REGISTERED: Final = ("distillation_partner", "red_team", "reseller")
_LOOKED_AT: Final = 2
_MOST: Final = 1 / 5  # of an archetype; who takes more of its places is no longer among honest people there


class Crowd:
    """Everybody honest, as long as nobody has taken their place.

    Whoever takes over accounts looks for those that carry something: of two at random the busier is taken.
    Communities that are founded inside the window, and organisations known to the operator, are left alone.
    """

    def __init__(self, people: Iterable[Account]) -> None:
        self._left: list[Account] = []
        self._open: dict[str, list[Account]] = {}
        for account in people:
            name = account.archetype
            lasting = not personas()[name].NEW and not account.newcomer
            where = self._open.setdefault(name, []) if lasting and name not in _REGISTERED else self._left
            where.append(account)
        self._kept = {name: (1.0 - _MOST) * len(pool) for name, pool in self._open.items()}

    def take(self, rng: Random, archetypes: Collection[str]) -> Account:
        """One of the people, who then no longer belong to the crowd.

        Args:
            rng: chooses.
            archetypes: whom to choose among; anybody where none is named or a fifth of them is taken, and
                more than a fifth only where a fifth of everybody is.

        Raises:
            StillwatchError: nobody is left.
        """
        free = {name: pool for name, pool in self._open.items() if len(pool) > self._kept[name]}
        pools = [pool for name, pool in free.items() if name in archetypes] or list(free.values())
        pools = pools or [pool for pool in self._open.values() if pool]
        if not pools:
            raise StillwatchError(
                "the campaigns want the places of more honest people than there are",
                code="SW-RANGE-26",
                where="accounts",
                hint="ask for more accounts, or for campaigns that open accounts of their own",
            )
        pool = rng.choices(pools, [len(each) for each in pools])[0]
        places = [int(rng.random() * len(pool)) for _ in range(_LOOKED_AT)]
        chosen = max(places, key=lambda place: _volume(pool[place]))
        pool[chosen], pool[-1] = pool[-1], pool[chosen]
        return pool.pop()

    def rest(self) -> list[Account]:
        """Whoever has kept their place."""
        return self._left + [account for pool in self._open.values() for account in pool]


def _volume(account: Account) -> float:
    return sum(stream.weight for stream in account.streams)
