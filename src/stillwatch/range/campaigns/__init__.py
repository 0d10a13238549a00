"""Families of campaigns, one file each; a new file in this folder is a new family.

A family module has ``ABOUT`` (what is harvested, in a sentence), ``KIND`` (what makes it hard to find),
``SPLIT`` (the one split it occurs in), ``DEFAULTS`` (its usual knobs) and ``author``, which gives the
writer of one member's harvest. ``TACTIC`` may name the tactic it always uses, ``COVERS`` the archetypes
that members pose as.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from stillwatch.range.harvest import Harvest
    from stillwatch.range.kinds import Kind
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.plan import Author


class Family(Protocol):
    """A family of campaigns."""

    ABOUT: str
    KIND: Kind
    SPLIT: str
    DEFAULTS: Knobs

    def author(self, harvest: Harvest) -> Author:
        """Who writes the harvest of one member."""
        ...


@functools.cache
def families() -> dict[str, Family]:
    """Every family of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast("Family", importlib.import_module(f"{__name__}.{name}")) for name in names}


def family(name: str) -> Family:
    """The family of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    if name not in families():
        raise StillwatchError(
            f"there is no family named '{name}'",
            code="SW-RANGE-24",
            where=name,
            hint=nearest(name, families()),
        )
    return families()[name]


def families_of(split: str) -> tuple[str, ...]:
    """Names of a split's families."""
    return tuple(name for name, each in families().items() if split == each.SPLIT)
