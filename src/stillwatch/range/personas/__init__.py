"""Honest archetypes, one file each; a new file in this folder is a new archetype in every world.

A persona module has ``SHARE`` (of the accounts of a usual world), ``NEW`` (True for communities that are
founded inside the window and so have no history) and ``recruit``, which plans its accounts.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort
    from stillwatch.range.plan import Account


class Persona(Protocol):
    """An honest archetype."""

    __name__: str
    SHARE: float
    NEW: bool

    def recruit(self, cohort: Cohort) -> list[Account]:
        """About ``cohort.count`` accounts."""
        ...


@functools.cache
def personas() -> dict[str, Persona]:
    """Every archetype of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast("Persona", importlib.import_module(f"{__name__}.{name}")) for name in names}
