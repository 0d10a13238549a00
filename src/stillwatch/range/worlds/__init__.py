"""Worlds, one file each; a new file in this folder is a new world.

A world module has ``ABOUT`` and ``spec``, which says for a number of accounts what the world consists of.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from stillwatch.range.spec import WorldSpec


class WorldModule(Protocol):
    """A kind of world."""

    ABOUT: str

    def spec(self, accounts: int | None, split: str) -> WorldSpec:
        """What the world consists of."""
        ...


@functools.cache
def worlds() -> dict[str, WorldModule]:
    """Every world of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        name.replace("_", "-"): cast("WorldModule", importlib.import_module(f"{__name__}.{name}"))
        for name in names
    }


def world_module(name: str) -> WorldModule:
    """The world of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    known = worlds()
    if name not in known:
        raise StillwatchError(
            f"there is no world named '{name}'", code="SW-RANGE-01", where=name, hint=nearest(name, known)
        )
    return known[name]
