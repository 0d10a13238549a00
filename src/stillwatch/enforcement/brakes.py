"""The brake: how much of what a rule wants to do now fits under its share of accounts and traffic in an hour."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.enforcement.rulebook import Brakes

WINDOW: Final = 3_600.0
"""Seconds over which a rule's doings are counted."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """One thing a rule wants to decide.

    Attributes:
        value: whom it is about, for an order.
        accounts: everybody it would act on.
        score: how sure detection is; the surest go first.
    """

    value: str
    accounts: frozenset[str]
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class Braked:
    """What fits, what has to wait for a second person, and why.

    Attributes:
        why: empty where nothing waits.
    """

    through: tuple[Wish, ...]
    held: tuple[Wish, ...]
    why: str = ""


def brake(wishes: Sequence[Wish], acted: Set[str], exchanges: Mapping[str, int], brakes: Brakes) -> Braked:
    """Let through what fits under both shares, the surest first; everything after the first that does not fit waits.

    Args:
        wishes: of one rule.
        acted: accounts the rule acted on within the window.
        exchanges: of every account of the site, whose number is the whole.
        brakes: the shares.
    """
    most_accounts = brakes.accounts * len(exchanges)
    traffic = sum(exchanges.values())
    most_traffic = brakes.traffic * traffic
    touched = set(acted)
    used = sum(exchanges.get(account, 0) for account in touched)
    order = sorted(wishes, key=lambda wish: (-wish.score, wish.value))
    for place, wish in enumerate(order):
        fresh = wish.accounts - touched
        more = sum(exchanges.get(account, 0) for account in fresh)
        if fresh and (len(touched) + len(fresh) > most_accounts or used + more > most_traffic):
            why = f"it would act on more than {brakes.accounts:.2%} of {len(exchanges):,} accounts"
            why += f" or {brakes.traffic:.2%} of their {traffic:,} exchanges" if traffic else ""
            return Braked(tuple(order[:place]), tuple(order[place:]), f"{why} within an hour")
        touched |= fresh
        used += more
    return Braked(tuple(order), ())
