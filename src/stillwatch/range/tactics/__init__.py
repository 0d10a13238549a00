"""Camouflage tactics, one file each; a new file in this folder is a new tactic.

A tactic is a combination of timing, infrastructure, age of accounts, kind of dilution and machinery of
rewording. Its module has ``ABOUT`` (a sentence), ``SPLIT`` (the one split it occurs in), ``LEVEL`` (how
well it hides) and ``KNOBS`` (what it sets; anything else stays the family's).
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Final, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN: Final = "plain"
MIXED: Final = "mixed"
CAMOUFLAGED: Final = "camouflaged"
LEVELS: Final = (PLAIN, MIXED, CAMOUFLAGED)


class Tactic(Protocol):
    """A way to hide."""

    ABOUT: str
    SPLIT: str
    LEVEL: str
    KNOBS: Mapping[str, float | str]


@functools.cache
def tactics() -> dict[str, Tactic]:
    """Every tactic of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast("Tactic", importlib.import_module(f"{__name__}.{name}")) for name in names}


def tactics_of(split: str, level: str) -> tuple[str, ...]:
    """Names of a split's tactics of one level."""
    return tuple(name for name, each in tactics().items() if (split, level) == (each.SPLIT, each.LEVEL))


def tactic(name: str) -> Tactic:
    """The tactic of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    if name not in tactics():
        raise StillwatchError(
            f"there is no tactic named '{name}'",
            code="SW-RANGE-23",
            where=name,
            hint=nearest(name, tactics()),
        )
    return tactics()[name]
