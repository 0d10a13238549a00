"""Evasion moves, one file each; a new file in this folder is a new move.

A move module has ``ABOUT`` (what is done), ``EVADES`` (detectors whose page, under *Evaded by*, names it; or
``LINKING`` for the stage that joins accounts and picks members), ``COSTS`` (the price in words), ``apply``, which
gives the attack with the move made or None where it makes no sense. It may have ``dress``, which changes the members
after they have been mustered, and ``AGAIN``, true where it can be made more than once.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Final, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.seeding import dice
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.plan import Account

LINKING: Final = "linking"
"""What a move evades that no detector weighs: being put together with the others at all."""

UNEVADED: Final[dict[str, str]] = {
    "changed_accounts": "fresh accounts have no past, and an attack begins with fresh ones",
    "dormant_accounts": "an attack begins with fresh accounts, which never slept; `aged_accounts` walks into it",
    "many_clients": "one client for all accounts is not played yet",
    "new_behaviour": "behaving as known customers do is what the knob `place` plays in adaptive worlds",
    "one_system_prompt": "it speaks for innocence only; `one_organisation` plays the like",
    "shared_indicators": "one lab alone has nobody to hear from; the benchmark `cross-lab` rotates what was reported",
    "similar_answers": "another length of answer for each account is not played yet",
}
"""Detectors without a move, each with the reason."""


class Move(Protocol):
    """One way of evading."""

    ABOUT: str
    EVADES: tuple[str, ...]
    COSTS: str

    def apply(self, attack: Attack) -> Attack | None:
        """The attack with this move made; None where it makes no sense."""
        ...


@functools.cache
def moves() -> dict[str, Move]:
    """Every move of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast("Move", importlib.import_module(f"{__name__}.{name}")) for name in names}


def move_named(name: str) -> Move:
    """The move of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    known = moves()
    if name not in known:
        raise StillwatchError(
            f"there is no move named '{name}'", code="SW-ATTACK-04", where=name, hint=nearest(name, known)
        )
    return known[name]


def make(name: str, attack: Attack) -> Attack | None:
    """The attack after a move; None where the move cannot be made, or not again.

    Raises:
        StillwatchError: no such move.
    """
    move = move_named(name)
    if name in attack.moves and not getattr(move, "AGAIN", False):
        return None
    changed = move.apply(attack)
    return None if changed is None else dataclasses.replace(changed, moves=(*attack.moves, name))


def dress(members: list[Account], attack: Attack) -> None:
    """Change mustered members as the attack's moves say, in the order in which they were made."""
    for name in attack.moves:
        change = getattr(move_named(name), "dress", None)
        if change is not None:
            change(members, attack, dice("move", name, attack.family))
